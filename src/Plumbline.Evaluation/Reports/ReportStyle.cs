namespace Plumbline.Evaluation.Reports;

/// <summary>The page's style sheet. Colours of series: Okabe and Ito 2008, with shades for dark pages.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --quiet: #59636e; --line: #d5dae1; --accent: #0b5cad;
          --good: #0a6b4a; --bad: #a3340b; --s0: #0072b2; --s1: #c04f00; --s2: #007a5a; --s3: #b0558a; --s4: #8a6d00; --s5: #2a82b0; --s6: #555555; --s7: #000000; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1d2127; --ink: #e8eaed; --quiet: #a5aeb9; --line: #3a414b; --accent: #79b8ff;
          --good: #5fd1a5; --bad: #ff9a6e; --s0: #56b4e9; --s1: #f0944a; --s2: #3ccaa0; --s3: #e596c3; --s4: #f0e442; --s5: #9ad4f5; --s6: #b8bfc8; --s7: #ffffff; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 0.75rem 3rem; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.5rem; }
        h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.5rem 0 0.75rem; }
        h3 { font-size: 1rem; line-height: 1.35; margin: 0 0 0.5rem; }
        h1, h2, h3, p, figcaption, caption, dd, td { overflow-wrap: anywhere; } th { overflow-wrap: break-word; }
        p { max-width: 44rem; margin: 0 0 0.75rem; }
        .lead { font-size: 1.1rem; }
        .quiet { color: var(--quiet); }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 0.75rem; padding: 0; margin: 0 0 1rem; list-style: none; }
        .card, figure, .table, .sample { background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.9rem; margin: 0 0 1rem; }
        .cards .card { margin: 0; }
        .card dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0 0.75rem; margin: 0 0 0.4rem; }
        .card dl.single { grid-template-columns: 1fr; }
        .card dt { grid-row: 1; font-size: 0.85rem; color: var(--quiet); }
        .card dd { margin: 0; }
        .value { display: block; font-size: 1.5rem; font-weight: 600; line-height: 1.25; }
        .interval, .note, .verdict { display: block; font-size: 0.85rem; margin: 0; }
        .interval, .note { color: var(--quiet); }
        .verdict { font-weight: 600; }
        .good { color: var(--good); } .bad { color: var(--bad); }
        figcaption, caption { font-weight: 600; text-align: left; margin: 0 0 0.5rem; padding: 0 0 0.5rem; }
        figcaption { padding: 0; }
        .table { padding: 0.9rem 0; overflow-x: auto; }
        table { border-collapse: collapse; min-width: 100%; font-size: 0.95rem; }
        caption { padding: 0 0.9rem 0.5rem; box-sizing: border-box; max-width: calc(100vw - 2rem); }
        th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.9rem; border-top: 1px solid var(--line); } td { min-width: 8rem; }
        thead th { border-top: 0; font-size: 0.85rem; color: var(--quiet); }
        tbody th { font-weight: 500; }
        td.number { min-width: 0; white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; }
        details { margin: 0.5rem 0 0; } details .table { border: 0; padding: 0.5rem 0 0; margin: 0; }
        summary { cursor: pointer; font-size: 0.85rem; color: var(--accent); padding: 0.35rem 0; }
        svg { display: block; width: 100%; height: auto; font-size: 13px; }
        svg.wide { max-width: 54rem; } svg.narrow { display: none; }
        @media (max-width: 40rem) { svg.wide { display: none; } svg.narrow { display: block; } }
        svg text { fill: var(--ink); } svg .axis { fill: var(--quiet); font-size: 12px; }
        svg .grid { stroke: var(--line); stroke-width: 1; } svg .halo { stroke: var(--card); stroke-width: 4; } svg .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
        svg .mark { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 4 3; } svg .marked { fill: var(--bad); font-size: 12px; font-weight: 600; }
        .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .l0 { stroke: var(--s0); } .l1 { stroke: var(--s1); stroke-dasharray: 7 4; } .l2 { stroke: var(--s2); stroke-dasharray: 2 4; } .l3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
        .l4 { stroke: var(--s4); } .l5 { stroke: var(--s5); stroke-dasharray: 7 4; } .l6 { stroke: var(--s6); stroke-dasharray: 2 4; } .l7 { stroke: var(--s7); stroke-dasharray: 9 3 2 3; }
        .curve.raw { stroke-width: 1; stroke-dasharray: none; opacity: 0.3; }
          .f0 { fill: var(--s0); } .f1 { fill: var(--s1); } .f2 { fill: var(--s2); } .f3 { fill: var(--s3); } .f4 { fill: var(--s4); } .f5 { fill: var(--s5); } .f6 { fill: var(--s6); } .f7 { fill: var(--s7); }
        svg .cell { stroke: var(--line); stroke-width: 1; fill: var(--s1); fill-opacity: 0; } svg .h1 { fill-opacity: 0.1; } svg .h2 { fill-opacity: 0.2; } svg .h3 { fill-opacity: 0.3; }
        svg .h4 { fill-opacity: 0.4; } svg .h5 { fill-opacity: 0.5; } svg .cell.unknown { stroke-dasharray: 3 3; } svg .cell.marked { stroke: var(--ink); stroke-width: 2; }
        .answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0.75rem; margin: 0.75rem 0 0; }
        .turn { border-left: 3px solid var(--line); padding: 0 0 0 0.75rem; margin: 0 0 0.75rem; min-width: 0; }
        .answers .turn { margin: 0; } .turn.after { border-color: var(--s0); }
        .turn h4 { font-size: 0.85rem; font-weight: 600; color: var(--quiet); margin: 0; }
        .said { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; max-width: none; margin: 0; }
        @media print { body { background: none; } .card, figure, .table, .sample { break-inside: avoid; } }
        """;
}
