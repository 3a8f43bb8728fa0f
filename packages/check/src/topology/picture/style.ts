/**
 * Colours and lines of the map, for light, dark and paper. Colours are of the Okabe-Ito set or darker, so that they hold for
 * colour-blind readers; each meaning has a shape or a word besides.
 */

const LIGHT =
  "--paper:#fff;--ink:#16202b;--quiet:#56636f;--line:#c3ccd5;--card:#fff;--lane:#f4f6f8;--wire:#6b7884;--phi:#a1246f;--open:#b84300;--safe:#0b6e4f;--focus:#0b57d0;--critical:#8c1d18;--high:#b84300;--medium:#8a6100;--low:#56636f;--undecided:#2b5c9e;--icon:#2f4a63;--icon-ink:#fff;--around:#56636f;--open-fill:#b84300";
const DARK =
  "--paper:#12171c;--ink:#e8edf2;--quiet:#a3b0bc;--line:#3b4650;--card:#1d242b;--lane:#171d23;--wire:#8f9ca8;--phi:#f28cc8;--open:#ff9a5c;--safe:#5fd0a5;--focus:#8ab4f8;--critical:#ff8f87;--high:#ff9a5c;--medium:#f2c14e;--low:#a3b0bc;--undecided:#8ab8f0;--icon:#3f5f7d;--icon-ink:#fff;--around:#56636f;--open-fill:#b84300";

/** Fonts of one set of widths, as `fit-text` counts on them. */
export const FONT = `"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif`;

/** On paper it is light whatever the screen is. */
export function palette(scope: string): string {
  return `${scope}{${LIGHT};color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){${scope}{${DARK}}}`;
}

export function mapStyle(scope: string): string {
  return `${palette(scope)}
${scope}{font-family:${FONT}}
.w-paper{fill:var(--paper)}.w-t{fill:var(--ink)}.w-q{fill:var(--quiet)}.w-h{font-size:24px;font-weight:700}.w-s{font-size:13px}.w-l{font-size:11.5px}.w-b{font-weight:600}
.w-lane{fill:var(--lane);stroke:var(--line);stroke-width:1}.w-border{stroke:var(--quiet);stroke-width:1.2;stroke-dasharray:2 5;fill:none}.w-lt{font-size:14px;font-weight:700;fill:var(--ink)}.w-la{font-size:11.5px;font-weight:400;fill:var(--quiet)}
.w-card>.w-c{fill:var(--card);stroke:var(--line);stroke-width:1.2}.w-phi>.w-c{stroke:var(--phi);stroke-width:2.4}.w-maybe>.w-c{stroke:var(--phi);stroke-width:1.4;stroke-dasharray:5 3}
.w-i{fill:var(--icon)}.w-around>.w-i{fill:var(--around)}.w-open>.w-i{fill:var(--open-fill)}.w-p{fill:none;stroke:var(--icon-ink);stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.w-n{font-size:13px;font-weight:600;fill:var(--ink)}.w-k{font-size:10.5px;fill:var(--quiet)}.w-v{font-size:10.5px;font-weight:700}
.w-pill{fill:var(--phi)}.w-pill-t{fill:var(--paper);font-size:9.5px;font-weight:700}.w-pill-o{fill:var(--card);stroke:var(--phi);stroke-dasharray:3 2}.w-pill-ot{fill:var(--phi);font-size:9.5px;font-weight:700}
.w-x{fill:var(--icon-ink);font-size:8.5px;font-weight:700;letter-spacing:.02em}
.w-e{fill:none;stroke:var(--wire);stroke-width:1.5;stroke-linejoin:round}.w-egress{stroke-dasharray:7 3}.w-weak{stroke-dasharray:2 3.5}.w-e-phi{stroke:var(--phi);stroke-width:2.3}.w-e-maybe{stroke:var(--phi);stroke-width:1.4;stroke-dasharray:7 3}.w-e-open{stroke:var(--open);stroke-width:2.3}
.w-o,.w-o-phi,.w-o-open{fill:none;stroke:var(--wire);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}.w-o-phi{stroke:var(--phi)}.w-o-open{stroke:var(--open)}.w-m{fill:var(--wire)}.w-m-phi{fill:var(--phi)}.w-m-open{fill:var(--open)}
.w-critical{fill:var(--critical)}.w-high{fill:var(--high)}.w-medium{fill:var(--medium)}.w-low{fill:var(--low)}.w-undecided{fill:var(--undecided)}.w-holds{fill:var(--safe)}`;
}
