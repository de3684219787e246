// src/protocol/reason.ts - why somebody did something, read again by whoever checks the till or the books: how much of a text is a
// reason. Page and hub ask the same.
import Type from 'typebox';
import { UNSEEN } from '../base/unseen.ts';

/** Characters at least, without the space around them: two say enough in Chinese (按錯). */
export const REASON_MIN = 2;
/** Characters at most in a café. */
export const CAFE_REASON_MAX = 200;
/** Characters at most of those who run the hub. */
export const ADMIN_REASON_MAX = 300;

/** One line: it stands in tables and files. Space before and behind is matched apart, so that no text makes it try for long. */
const ENOUGH = `^[^\\S${UNSEEN}]*[^\\s${UNSEEN}][^${UNSEEN}]{${REASON_MIN - 2},}[^\\s${UNSEEN}][^\\S${UNSEEN}]*$`;
const enough = new RegExp(ENOUGH, 'u');

/** Whether a text says enough. */
export const explains = (text: string): boolean => enough.test(text);

/** A reason that is asked for. */
export const reasonShape = (maxLength: number) => Type.String({ minLength: REASON_MIN, maxLength, pattern: ENOUGH });
