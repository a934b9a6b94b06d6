#!/usr/bin/env python3
"""Writes expected.json: what Jinja2, set up as transformers sets it up, makes of our templates and expressions.

Run with Debian's python3-jinja2 (3.1.6 made the file in the repository):  python3 generate.py
The clock stands at Thursday 2026-03-05 07:08:09. A case that Jinja refuses has an error instead of a text.
"""

import datetime
import json
import pathlib

import jinja2
import jinja2.ext
import jinja2.sandbox
from jinja2 import nodes

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2026, 3, 5, 7, 8, 9)


class Generation(jinja2.ext.Extension):
    """The generation block: notes where in the text its output lands."""

    tags = {"generation"}

    def __init__(self, environment):
        super().__init__(environment)
        environment.marks = []

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_mark"), [], [], body).set_lineno(line)

    def _mark(self, caller):
        text = caller()
        self.environment.marks.append(text)
        return text


def refuse(message):
    raise jinja2.exceptions.TemplateError(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    made.filters["tojson"] = to_json
    made.globals["raise_exception"] = refuse
    made.globals["strftime_now"] = NOW.strftime
    return made


def render(source, variables):
    made = environment()
    try:
        return {"text": made.from_string(source).render(**variables), "marks": made.marks}
    except Exception as failure:  # any refusal counts: we only compare that ours refuses too
        return {"error": f"{type(failure).__name__}: {failure}"}


def continued(text, final):
    """transformers' rule for continue_final_message: cut behind the last message, trailing space kept if the template kept it."""
    at = text.rindex(final.strip())
    whole = final.lstrip()
    return text[: at + len(whole if text[at : at + len(whole)] == whole else final.strip())]


def chats():
    inputs = json.loads((HERE / "conversations.json").read_text())
    for path in sorted((HERE / "templates").glob("*.jinja")):
        source = path.read_text()
        for name, given in inputs["conversations"].items():
            for prompt in (False, True):
                # The variables that only one template knows matter wherever the prompt ends: once is enough.
                for extra in inputs["variables"].get(path.stem, [{}])[: None if prompt else 1]:
                    variables = {
                        "messages": given["messages"],
                        "tools": inputs["tools"] if given.get("tools") else None,
                        "documents": None,
                        "add_generation_prompt": prompt,
                        "bos_token": "<bos>",
                        "eos_token": "<eos>",
                        **extra,
                    }
                    case = {"template": path.stem, "conversation": name, "prompt": prompt, "variables": extra}
                    case |= render(source, variables)
                    last = given["messages"][-1]
                    if not prompt and "text" in case and last["role"] == "assistant" and last.get("content"):
                        if last["content"].strip() in case["text"]:
                            case["continued"] = continued(case["text"], last["content"])
                    yield case


def expressions():
    for line in (HERE / "expressions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            source = json.loads(f'"{line}"') if "\\u000a" in line else line
            yield {"source": source} | render(source, {"text": "a <|x|> b", "number": 7, "words": ["b", "A", "c"]})


result = {"chats": list(chats()), "expressions": list(expressions())}
(HERE / "expected.json").write_text(json.dumps(result, ensure_ascii=False, indent=0) + "\n")
refused = sum("error" in case for kind in result.values() for case in kind)
print(f"{len(result['chats'])} chats and {len(result['expressions'])} expressions, {refused} of them refused by Jinja")
