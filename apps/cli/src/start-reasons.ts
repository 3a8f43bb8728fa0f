/**
 * Why a node can't start or a state folder can't be opened, as a sentence with its remedy. The rooms give a word as
 * `detail.reason`; a word that isn't here is shown as it is, so that a new one is never hidden.
 */
import type { ErrorDetail } from "@ward/core";

type Sentence = (detail: ErrorDetail) => string;

const OTHER_FOLDER = "or pass --state-dir";

const SENTENCES: Readonly<Record<string, Sentence>> = {
  "port-in-use": (detail) => portTaken(Number(detail["port"])),
  "port-not-permitted": (detail) =>
    `This user may not listen on port ${shown(detail["port"])}. Pass ${portFlag(Number(detail["port"]))} with one above 1023.`,
  "address-not-available": (detail) =>
    `This machine has no address ${shown(detail["host"])}. Pass --host with one of its own.`,
  "host-unknown": (detail) => `The name ${shown(detail["host"])} is not known here. Pass --host with one that is.`,
  "disk-full": (detail) => diskFull(detail["path"]),
  "folder-of-another-user": (detail) =>
    `The folder${at(detail)} belongs to another user. Run as that user, ${OTHER_FOLDER} with a folder of your own.`,
  "folder-not-writable": (detail) =>
    `The folder${at(detail)} can't be written. Change its permissions, ${OTHER_FOLDER}.`,
  "already-running": (detail) =>
    `A node is already running on this state folder${detail["pid"] === undefined ? "" : ` (process ${shown(detail["pid"])})`}. Stop it, ${OTHER_FOLDER}.`,
  "passphrase-missing": () => "The key file is sealed with a passphrase. Set WARD_PASSPHRASE to it.",
  "passphrase-wrong": () =>
    "The key file doesn't open with this passphrase. Set WARD_PASSPHRASE to the one that sealed it.",
  "passphrase-empty": () => "WARD_PASSPHRASE is set but empty. Set it to the passphrase, or unset it.",
  "no-root-key": (detail) =>
    `The database has keys, but the key file that opens them is not there${at(detail)}. Restore it from its backup.`,
  "key-file-permissions": (detail) => `Others may read the key file${at(detail)}. Make it yours alone: chmod 600.`,
  "key-file-owner": (detail) => `The key file${at(detail)} belongs to another user. Run as that user, ${OTHER_FOLDER}.`,
  "key-file-damaged": (detail) => `The key file${at(detail)} is damaged. Restore it from its backup.`,
  "other-root-key": () =>
    "The key file is not the one this database was written with. Restore that one from its backup.",
  "no-confinement": () =>
    "Functions can't be confined on this machine, so none is run. `ward doctor` says what is missing.",
  "socket-path-too-long": () =>
    "The folder for temporary files has a path too long for sockets. Set TMPDIR to a shorter one.",
};

/** Undefined where the error gives no reason. */
export function explainReason(detail: ErrorDetail): string | undefined {
  const { reason } = detail;
  if (typeof reason !== "string" || reason === "") return undefined;
  const sentence = SENTENCES[reason];
  if (sentence) return sentence(detail);
  if (/\bdisk\b.*\bfull\b/.test(reason)) return diskFull(detail["path"]);
  if (!reason.includes(" ")) return undefined;
  const remedy = reason.startsWith("another node") ? ` Stop it, ${OTHER_FOLDER}.` : "";
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${at(detail)}.${remedy}`;
}

export function portTaken(port: number): string {
  return `Port ${port} is taken. Stop the other program or pass ${portFlag(port)}.`;
}

export function diskFull(path: unknown): string {
  const where = typeof path === "string" ? ` (${path})` : "";
  return `The disk is full${where}. Free some space and run this again; nothing that was acknowledged is lost.`;
}

function portFlag(port: number): string {
  if (port === 8443) return "--port";
  return port === 2575 ? "--mllp-port" : "--port or --mllp-port";
}

function at(detail: ErrorDetail): string {
  return detail["path"] === undefined ? "" : ` ${shown(detail["path"])}`;
}

function shown(value: ErrorDetail[string] | undefined): string {
  return value === undefined ? "?" : String(value);
}
