// Renders templates with the real text/template, for tests/event/template/go_test.ts to compare
// with: reads JSON lines {"template": …, "data": {…}} and answers each with a JSON line
// {"text": …, "parseError": "…"} or {"text": …, "error": "…"}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/template"
)

type question struct {
	Template string                 `json:"template"`
	Data     map[string]interface{} `json:"data"`
}

type answer struct {
	Text       string `json:"text"`
	ParseError string `json:"parseError,omitempty"`
	Error      string `json:"error,omitempty"`
}

func ask(q question) (a answer) {
	parsed, err := template.New("").Parse(q.Template)
	if err != nil {
		return answer{ParseError: err.Error()}
	}
	var out strings.Builder
	defer func() {
		a.Text = out.String()
		if reason := recover(); reason != nil {
			a.Error = fmt.Sprint("panic: ", reason)
		}
	}()
	if err := parsed.Execute(&out, q.Data); err != nil {
		a.Error = err.Error()
	}
	return a
}

func main() {
	questions := json.NewDecoder(bufio.NewReader(os.Stdin))
	questions.UseNumber() // Data as json.Number, which falcosidekick decodes events into.
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	for {
		var q question
		if err := questions.Decode(&q); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		if err := answers.Encode(ask(q)); err != nil {
			panic(err)
		}
	}
}
