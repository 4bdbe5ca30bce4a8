"""The project's own rules, for what no linter knows: `python -m tools.rules`.

Each rule is a function from a parsed file to findings. A line that breaks a rule for a good reason says so at its end:
`# rule-ok: <reason>`.
"""
