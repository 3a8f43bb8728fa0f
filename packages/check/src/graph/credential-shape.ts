/** Texts that have the shape of a credential. Shapes, not words: a variable that is called password holds a reference as often as not. */

const SHAPES: readonly RegExp[] = [
  /\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/,
  /aws_?secret_?access_?key["'\s]*[:=]["'\s]*[A-Za-z0-9/+=]{40}/i,
  /-----BEGIN (RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}/,
  /\bsk_live_[A-Za-z0-9]{16,}/,
  /\bxox[baprs]-[A-Za-z0-9-]{10,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
  /\b\w*(?:PASSWORD|PASSWD|SECRET_?KEY|API_?KEY|ACCESS_?TOKEN|PRIVATE_?KEY)\s*[=:]\s*\\?["']?[^\s"'$<{(\\][^\s"'\\]{5,}/i,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@$]+:[^\s:/@${}]{3,}@/i,
];

export function looksLikeCredential(text: string): boolean {
  return SHAPES.some((shape) => shape.test(text));
}
