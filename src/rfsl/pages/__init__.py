"""Interactive pages for a browser: each is one HTML file that loads nothing from elsewhere.

A `Page` has a heading, paragraphs, a plotly figure and, if wanted, a table. Its file holds
plotly.js in compressed form, and its content security policy forbids every other source. A reader
can point at values, hide modes, and move a slider over the time of flight.

- `error_time`: error against the time of the estimate, for every flight and mode.
- `page`: what a page is made of, and how it is written (template `page.html`).
- `replay`: the estimates of a flight at successive times.
- `replay_map`: the page of a replayed flight, a map with a slider.

To add a page, write a function that returns a `Page`, a script that calls `write_page`, and a rule
in workflow/rules/pages.smk; then name the rule under `rule pages` of the Snakefile and describe the
page in docs/how-to/pages.md. Rule, caption and script look like those of docs/how-to/add-figure.md.
"""
