//go:build crashtest

package mail

import (
	"fmt"
	"os"
)

// beforeSend crashes with the secrets of a mail in memory when the environment asks for
// it, and with a message as careless as they come: it prints the letter.
func beforeSend(letter Letter) {
	if os.Getenv("ENTRAGUEST_CRASH_BEFORE_SEND") != "" {
		panic(fmt.Sprintf("crashed on purpose before sending %+v", letter))
	}
}
