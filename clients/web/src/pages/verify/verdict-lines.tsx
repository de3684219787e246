// clients/web/src/pages/verify/verdict-lines.tsx - a checked receipt, line by line: word, sign and sentence. Takes its words as
// data, because the saved page carries no translation library.
import type { ReceiptVerdict } from '../../../../../src/billing/verify-receipt.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Words } from '../../i18n/words.ts';
import { Icon } from '../../ui/icons.tsx';
import { lineText, vouchedBy } from './verdict-facts.ts';
import classes from './verify.module.css';

/** All lines; those that do not hold come first. */
export function VerdictLines({
  verdict,
  words,
  language,
}: {
  verdict: ReceiptVerdict;
  words: Words['verify'];
  language: Language;
}) {
  const wrongFirst = [...verdict.lines].sort((a, b) => Number(b.wrong !== undefined) - Number(a.wrong !== undefined));
  return (
    <ol className={classes.lines} aria-label={words.linesTitle}>
      {wrongFirst.map((line) => {
        const state = line.wrong === undefined ? 'holds' : 'wrong';
        return (
          <li key={line.id} data-line={line.id} data-state={state}>
            <Icon name={state === 'holds' ? 'check' : 'close'} size={18} />
            <div>
              <strong>{words.lines[line.id].name}</strong>
              <span className={classes.state}>{words.state[state]}</span>
              <p>{lineText(line, words, language)}</p>
              {line.id !== 'form' && (
                <small>
                  {words.whose}: {words.vouches[vouchedBy[line.id]]}
                </small>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
