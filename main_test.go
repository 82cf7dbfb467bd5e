package main

import "testing"

func TestQuietFramework(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		environment []string
		want        string
	}{
		"no log asked for":    {environment: []string{"PATH=/bin", "HOME=/root"}, want: "TF_LOG_SDK_FRAMEWORK=off"},
		"everything logged":   {environment: []string{"PATH=/bin", "TF_LOG=debug"}},
		"only the provider":   {environment: []string{"TF_LOG_PROVIDER=trace"}},
		"the framework alone": {environment: []string{"TF_LOG_SDK_FRAMEWORK=trace"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var got string
			err := quietFramework(test.environment, func(key, value string) error {
				got = key + "=" + value

				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("set %q, want %q", got, test.want)
			}
		})
	}
}
