"""The little CSS that Streamlit's theme settings cannot say; colours and fonts come from ``.streamlit/config.toml``."""

STYLE = """
[data-testid="stMainBlockContainer"] { padding: 3.9rem 2rem 3rem; max-width: 100rem; }
[data-testid="stDecoration"], [data-testid="stAppDeployButton"] { display: none; }
[data-testid="stMain"] { font-variant-numeric: tabular-nums; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0.6rem; }

/* The head of a lesson takes as little of a projector's height as can be read from the last row. */
.st-key-lesson-head h2 { padding: 0; font-size: 1.7rem; line-height: 1.2; }
.st-key-lesson-head { padding-bottom: 0.3rem; }
.st-key-lesson-head p { font-size: 1.05rem; margin-bottom: 0.1rem; }
[class*="-presets"] [data-testid="stButtonGroup"] {
  display: flex; flex-direction: row; align-items: center; gap: 0.75rem;
}
[class*="-presets"] label { min-height: 0; margin: 0; white-space: nowrap; }
[class*="-presets"] + * { min-height: 2rem; }
[class*="-presets"] + * p { margin-bottom: 0.25rem; }

:has(> .st-key-lesson) ~ :has([data-testid="stAlert"]) { order: -1; }

/* Stage, controls, side panel and reading, in this order. */
.st-key-lesson { display: grid; grid-template: auto 1fr auto / minmax(0, 2fr) minmax(0, 1fr); gap: 0.6rem 1rem; }
.st-key-lesson > :nth-child(1) { grid-row: 1 / 3; }
.st-key-lesson > :nth-child(2), .st-key-lesson > :nth-child(3) { grid-column: 2; }
.st-key-lesson > :nth-child(4) { grid-column: 1 / -1; }
.st-key-lesson > :nth-child(4) [data-testid="stMarkdownContainer"] { columns: 2; column-gap: 3rem; }
.st-key-lesson > :nth-child(4) :has(> h4) ~ :has(> h4) { break-before: column; }
/* The button under the mark on the picture (.stage-board); it comes and goes with the mark, and scrolls with it. */
.st-key-picture { position: relative; }
.st-key-picture [data-stale="true"] { opacity: 1; }
.st-key-picture > :has(> :is(.st-key-work, .st-key-refining)) { position: absolute; z-index: 5; pointer-events: none; }
.st-key-picture > :has(> .st-key-work) { inset: 11.4rem 0 3rem; width: auto; }
.st-key-work { position: sticky; top: 12.9rem; flex: none; height: auto; }
.st-key-work, .st-key-work [data-testid="stVerticalBlock"] { align-items: center; }
.st-key-picture > :has(> .st-key-refining) { inset: 3rem auto 3.4rem 0.5rem; width: auto; justify-content: flex-end; }
.st-key-refining { position: sticky; bottom: 1rem; flex: none; height: auto; }
.st-key-refining [data-testid="stVerticalBlock"] { gap: 0; }
.st-key-picture:has(.st-key-refining button) .stage-board { bottom: 6.2rem; }
.st-key-picture:has(.st-key-refining button) .stage-board-top { bottom: 3.8rem; }
.st-key-picture:not(:has(.stage-mark:not([hidden]))) :is(.st-key-work, .st-key-refining) { display: none; }
:is(.st-key-work, .st-key-refining) button {
  pointer-events: auto; background: var(--background-color, Canvas) !important; box-shadow: 0 1px 8px rgb(0 0 0 / 30%);
}
/* What is read below an earlier picture is of that picture. */
.st-key-lesson:has(.stage[data-run]:not([data-stale=""], [data-stale="draft"])) > :nth-child(4) { opacity: 0.4; }
.st-key-controls {
  display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 0.35rem 0.75rem; align-items: end;
}
.st-key-controls > * { grid-column: span 6; }
.st-key-controls > [class*="-share4"] { grid-column: span 4; }
.st-key-controls > [class*="-share3"] { grid-column: span 3; }
.st-key-controls > [class*="-share2"] { grid-column: span 2; }
.st-key-controls label p { font-size: 0.85rem; }
/* White on the accent is too faint in the dark, and seven bright chips are too loud anywhere. */
[data-testid="stMultiSelectTagsContainer"] [role="group"] > span {
  background: transparent; color: inherit;
  box-shadow: inset 0 0 0 1px color-mix(in srgb, currentColor 30%, transparent);
}
[data-testid="stMultiSelectTagsContainer"] [role="group"] > span * { color: inherit; }
.st-key-proof :is(p, li) { max-width: 60rem; }
.katex-display { overflow-x: auto; overflow-y: hidden; }

@media (max-width: 640px) {
  .st-key-proof :is(th, td) { padding: 0.2rem 0.25rem; font-size: 0.75rem; }
  .st-key-proof code { overflow-wrap: anywhere; }
  [data-testid="stMainBlockContainer"] { padding: 3.6rem 0.75rem 2rem; }
  /* One row of presets that scrolls sideways. */
  [class*="-presets"] { overflow-x: auto; scrollbar-width: none; }
  [class*="-presets"] [data-testid="stButtonGroup"] * { flex-wrap: nowrap; flex-shrink: 0; }
  [class*="-presets"] button { min-height: 2.75rem; }
  .st-key-lesson { grid-template: auto / minmax(0, 1fr); }
  .st-key-lesson > :nth-child(n) { grid-area: auto; }
  /* Not one column: a break before one would put the theory beside the screen. */
  .st-key-lesson > :nth-child(4) [data-testid="stMarkdownContainer"] { columns: auto; }
}
"""
