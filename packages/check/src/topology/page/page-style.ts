/** How the page around the map looks, on screens and on paper (A3 across). */
import { FONT, palette } from "../picture/style.ts";

export const PAGE_STYLE = `${palette(":root")}
*{box-sizing:border-box}[hidden]{display:none!important}body{margin:0;font:15px/1.5 ${FONT};color:var(--ink);background:var(--paper)}
.skip{position:absolute;left:-999rem}.skip:focus{left:.5rem;top:.5rem;z-index:9;background:var(--card);padding:.5rem 1rem;color:var(--ink)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.bar{position:sticky;top:0;z-index:5;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding:.5rem 1rem;background:var(--lane);border-bottom:1px solid var(--line)}
button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.25rem .6rem}button{cursor:pointer}button[disabled]{opacity:.5;cursor:default}button[aria-pressed=true]{background:var(--phi);border-color:var(--phi);color:var(--paper)}
.group button{margin-right:.15rem;min-width:2.1rem}input[type=search]{width:16rem}kbd{font:600 .8em ui-monospace,monospace;border:1px solid var(--line);border-radius:.25rem;padding:0 .3em;margin-left:.2em;background:var(--paper);color:var(--quiet)}
.stage{display:flex;border-bottom:1px solid var(--line)}.map{flex:1 1 auto;min-width:0;height:calc(100vh - 6.5rem);min-height:22rem;overflow:hidden;cursor:grab}.map.drags{cursor:grabbing}.map>svg{display:block;width:100%;height:100%}
.panel{flex:0 0 25rem;max-width:45vw;height:calc(100vh - 6.5rem);min-height:22rem;overflow:auto;border-left:1px solid var(--line);padding:1rem 1.25rem 2rem;overflow-wrap:anywhere;background:var(--paper)}
.panel h2{margin:0 2rem .1rem 0;font-size:1.2rem}.panel h3{margin:1.2rem 0 .3rem;font-size:.95rem}.panel ul{margin:.2rem 0;padding-left:1.1rem}.panel .close{float:right}.panel details{border:1px solid var(--line);border-radius:.4rem;margin:.35rem 0;padding:.3rem .6rem}.panel summary{cursor:pointer}
.panel pre{background:var(--lane);padding:.6rem;border-radius:.4rem;overflow:auto;font-size:.82rem}.quiet{color:var(--quiet);font-weight:400}.link{border:0;background:none;padding:0;text-align:left;color:var(--focus);text-decoration:underline;overflow-wrap:anywhere}
.critical,.bad{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}.undecided{color:var(--undecided)}.badge{font-weight:700;font-size:.85em}.phi{color:var(--phi)}.open{color:var(--open)}
.status{margin:0;padding:.3rem 1rem;min-height:2.1rem;color:var(--quiet)}
section{padding:0 1rem 4rem;scroll-margin-top:3.4rem}section h2{font-size:1.3rem;margin:1.2rem 0 .6rem}.filters{display:flex;flex-wrap:wrap;gap:.5rem 1.2rem;align-items:center;margin-bottom:.6rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}tbody th{font-weight:600;max-width:24rem;overflow-wrap:anywhere}thead th{position:sticky;top:0;background:var(--paper)}thead button{border:0;background:none;padding:0;font-weight:700}th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}td code{font-size:.88em;overflow-wrap:anywhere}.marks{vertical-align:-1px}
dialog{border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.5rem;background:var(--card);color:var(--ink);max-width:34rem}dialog::backdrop{background:#0007}dialog h2{margin:0 0 .5rem}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}.ward-map .w-card{cursor:pointer;outline:none}.ward-map .w-card:focus-visible>.w-c,.ward-map .w-card.chosen>.w-c{stroke:var(--focus);stroke-width:4;stroke-dasharray:none}
.ward-map.lights .w-card:not(.lit),.ward-map.lights .w-e[id]:not(.lit){opacity:.16}.ward-map .w-e.lit{stroke-width:3}.ward-map .w-card,.ward-map .w-e{transition:opacity .12s}
@media(prefers-reduced-motion:reduce){.ward-map .w-card,.ward-map .w-e{transition:none}}
@media(max-width:60rem){.stage{flex-direction:column}.panel{max-width:none;flex:none;height:auto;border-left:0;border-top:1px solid var(--line)}}
@media print{@page{size:A3 landscape;margin:10mm}.bar,.panel,.status,.filters,.skip,dialog{display:none!important}.stage{border:0}.map{height:auto;overflow:visible}.map>svg{width:100%;height:auto;max-height:275mm}section{break-before:page;padding:0}tr{break-inside:avoid}thead th{position:static}.ward-map.lights .w-card:not(.lit),.ward-map.lights .w-e[id]:not(.lit){opacity:1}.link{color:inherit;text-decoration:none}}`;
