// src/base/unseen.ts - what no name holds: control characters, and those that turn the direction of the text around them. A
// name stands in other people's sentences, tables and mails.

/** The inside of a character class of a regular expression. */
export const UNSEEN = '\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069';
const ANY = new RegExp(`[${UNSEEN}]+`, 'g');

/** True of a text that is one line with something to see. */
export const isSeen = (text: string): boolean => text.trim() !== '' && text.search(ANY) < 0;

/** A text without what is not seen, as one line; '' when nothing is left. */
export const seenOf = (text: string): string => text.replace(ANY, ' ').trim();
