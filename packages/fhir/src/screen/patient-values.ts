/**
 * The values that identify one patient (45 CFR 164.514(b)(2)(i)), and where a text shows them. A short or everyday
 * name ("Li", "Young") counts only beside the rest of the name: a notification full of plain English must pass.
 */
import { valuesAt } from "../storage/compartment.ts";
import { isObject, type JsonObject } from "../json.ts";
import { fold, squeeze, toWords, type TextView } from "./text-view.ts";

/** Kinds of the patient's values in the view: `name`, `identifier`, `birth-date`, `phone`, `email`, `address`. */
export function findPatientValues(patient: JsonObject, view: TextView): string[] {
  const kinds: string[] = [];
  if (hasName(patient, view)) kinds.push("name");
  if (stringsAt(patient, "identifier.value").some((value) => hasIdentifier(value, view))) kinds.push("identifier");
  if (stringsAt(patient, "birthDate").some((date) => hasDate(date, view))) kinds.push("birth-date");
  const contacts = [...valuesAt(patient, "telecom"), ...valuesAt(patient, "contact.telecom")];
  for (const contact of contacts) {
    if (!isObject(contact) || typeof contact["value"] !== "string") continue;
    if (contact["system"] === "email" || contact["value"].includes("@")) {
      if (view.folded.includes(fold(contact["value"])) || view.squeezed.includes(squeeze(fold(contact["value"]))))
        kinds.push("email");
    } else if (hasPhone(contact["value"], view)) kinds.push("phone");
  }
  if (hasAddress(patient, view)) kinds.push("address");
  return kinds;
}

const EVERYDAY = new Set(
  (
    "about account after again alert also answer anew angel april area august available back bank been before best bill birth black blue " +
    "book brown call came care case cell chance check chart city class clear click clinic close code come contact cook cost " +
    "country court cross date dawn days dean dear derby desk doctor done door down drive dose draw each early east email ever " +
    "faith fast field file find first form forest free friend from front full game gold good grace grant gray green hall hand " +
    "have health hello help here high hill home hope hour house info into join joy june just keep king know lab lake land lane " +
    "last late lead left less life light line link list long look love made mail main make march mark marsh mason master may " +
    "message mild mill mind mobile monday month moon moore more morning most name near need new news next north note nurse " +
    "office once online only open order over page park part pass patient people phone place please point poor portal post " +
    "power price quick rain read ready record reed reply report rest result results rice rich right ring river road rock room " +
    "rose rush sand scan school secure send sent service short show sign small snow soon south spring star stay stone street " +
    "strong sunday sure take team temple test text thank thanks that there they this time today told town true turn under unit " +
    "view visit wait walk wall ward water week well west what when white will wise with wood word work year york young your"
  ).split(" "),
);

const UNSPACED_SCRIPT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function hasName(patient: JsonObject, view: TextView): boolean {
  return [...valuesAt(patient, "name"), ...valuesAt(patient, "contact.name")].some((name) => {
    if (!isObject(name)) return false;
    const families = stringsAt(name, "family").map(fold);
    const givens = stringsAt(name, "given").map(fold);
    const texts = stringsAt(name, "text").map(fold);
    if ([...families, ...givens].some((part) => showsName(part, view))) return true;
    const fulls = families.flatMap((family) => givens.flatMap((given) => [`${given} ${family}`, `${family} ${given}`]));
    return [...fulls, ...texts].some((full) => showsFullName(full, view));
  });
}

/** One name alone, or a part of a double name. */
function showsName(name: string, view: TextView): boolean {
  const whole = squeeze(name);
  if (UNSPACED_SCRIPT.test(whole)) return whole.length >= 2 && view.squeezed.includes(whole);
  const parts = [name, ...name.split(/[^\p{L}\p{N}]+/u)];
  for (const part of parts) {
    const squeezed = squeeze(part);
    if (squeezed.length < 4 || EVERYDAY.has(squeezed)) continue;
    if (showsWords(part, view)) return true;
    if (squeezed.length >= 6 && (view.squeezed.includes(squeezed) || view.reversed.includes(squeezed))) return true;
  }
  return false;
}

/** Several names in a row, or within three words of each other. */
function showsFullName(full: string, view: TextView): boolean {
  const squeezed = squeeze(full);
  if (UNSPACED_SCRIPT.test(squeezed)) return squeezed.length >= 2 && view.squeezed.includes(squeezed);
  if (showsWords(full, view)) return true;
  if (squeezed.length >= 8 && (view.squeezed.includes(squeezed) || view.reversed.includes(squeezed))) return true;
  const parts = toWords(full).trim().split(" ");
  const words = view.joined.trim().split(" ");
  return words.some(
    (word, at) =>
      word === parts[0] &&
      parts.length > 1 &&
      parts.every((part) => words.slice(at, at + parts.length + 2).includes(part)),
  );
}

function showsWords(part: string, view: TextView): boolean {
  const words = toWords(part);
  return words.trim() !== "" && (view.words.includes(words) || view.joined.includes(words));
}

/** From six characters on, anywhere, whatever separates them; shorter ones as a word. */
function hasIdentifier(value: string, view: TextView): boolean {
  const squeezed = squeeze(fold(value));
  if (squeezed.length < 3) return false;
  if (squeezed.length < 6) return showsWords(fold(value), view);
  return view.squeezed.includes(squeezed) || view.reversed.includes(squeezed);
}

function hasDate(date: string, view: TextView): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!match) return false;
  const [year, month, day] = match.slice(1) as [string, string, string];
  const compact = [`${year}${month}${day}`, `${day}${month}${year}`, `${month}${day}${year}`];
  if (compact.some((form) => view.words.includes(` ${form} `) || view.joined.includes(` ${form} `))) return true;
  // HL7 and compact timestamps begin with the date.
  if (view.words.includes(` ${year}${month}${day}`)) return true;
  const years = [year, year.slice(2)];
  // Every other form has the year as a word of its own: mostly it is not there, and nothing else need be looked for.
  if (!years.some((y) => view.words.includes(` ${y} `) || view.joined.includes(` ${y} `))) return false;
  const [months, days] = [
    [month, `${Number(month)}`],
    [day, `${Number(day)}`],
  ];
  const forms = new Set<string>();
  for (const y of years) {
    for (const m of [...months, ...monthNames(Number(month))]) {
      for (const d of [...days, `${Number(day)}${ordinal(Number(day))}`]) {
        for (const form of [
          `${y} ${m} ${d}`,
          `${d} ${m} ${y}`,
          `${m} ${d} ${y}`,
          `${d} of ${m} ${y}`,
          `${d} de ${m} de ${y}`,
        ]) {
          forms.add(form);
        }
      }
    }
  }
  return [...forms].some((form) => view.words.includes(` ${form} `) || view.joined.includes(` ${form} `));
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

let monthTable: readonly (readonly string[])[] | undefined;

function monthNames(month: number): readonly string[] {
  monthTable ??= Array.from({ length: 12 }, (_, index) => {
    const names = ["en", "de", "fr", "es", "it", "pt", "nl"].flatMap((locale) =>
      (["long", "short"] as const).map((style) =>
        new Intl.DateTimeFormat(locale, { month: style, timeZone: "UTC" }).format(new Date(Date.UTC(2000, index, 1))),
      ),
    );
    return [...new Set(names.map((name) => toWords(fold(name)).trim()))];
  });
  return monthTable[month - 1] ?? [];
}

/** The last nine digits (or all, from seven on): country codes and leading zeros come and go. */
function hasPhone(value: string, view: TextView): boolean {
  const digits = fold(value).replace(/\D/g, "");
  if (digits.length < 7) return false;
  const tail = digits.slice(-9);
  return [...view.folded.matchAll(/\d[\d\s().+/-]{5,}\d/g)].some(([run]) => run.replace(/\D/g, "").includes(tail));
}

function hasAddress(patient: JsonObject, view: TextView): boolean {
  return [...valuesAt(patient, "address"), ...valuesAt(patient, "contact.address")].some((address) => {
    if (!isObject(address)) return false;
    const lines = stringsAt(address, "line").map(fold);
    if (
      lines.some(
        (line) =>
          squeeze(line).length >= 6 &&
          (showsWords(line, view) || (squeeze(line).length >= 10 && view.squeezed.includes(squeeze(line)))),
      )
    ) {
      return true;
    }
    const [city] = stringsAt(address, "city").map(fold);
    const [postalCode] = stringsAt(address, "postalCode").map(fold);
    return city !== undefined && postalCode !== undefined && showsWords(city, view) && showsWords(postalCode, view);
  });
}

function stringsAt(value: JsonObject, path: string): string[] {
  return valuesAt(value, path).filter((each) => typeof each === "string");
}
