// clients/web/src/pages/verify/verify-view.tsx - takes a receipt by drop, file or text, and says whether it is true. The same
// in the app and in the saved page, so it needs nothing but React and words.
import { type DragEvent, type FormEvent, useState } from 'react';
import {
  RECEIPT_CHARS_MAX,
  type ReceiptVerdict,
  verifyReceiptText,
} from '../../../../../src/billing/verify-receipt.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Words } from '../../i18n/words.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { fill } from './verdict-facts.ts';
import { VerdictLines } from './verdict-lines.tsx';
import classes from './verify.module.css';

function Verdict({
  verdict,
  words,
  language,
}: {
  verdict: ReceiptVerdict;
  words: Words['verify'];
  language: Language;
}) {
  const kind = verdict.receipt === undefined ? 'form' : verdict.holds ? 'holds' : 'wrong';
  const wrong = verdict.lines.filter((line) => line.wrong !== undefined).length;
  return (
    <section className={panel.panel} data-verdict={kind} aria-live="polite">
      <h2 className={classes.verdict} data-kind={kind}>
        <Icon name={kind === 'holds' ? 'shield' : 'warn'} size={26} />
        {words.verdict[kind]}
      </h2>
      <p className={classes.sum}>{fill(words.verdictText[kind], { count: verdict.lines.length, wrong })}</p>
      <VerdictLines verdict={verdict} words={words} language={language} />
    </section>
  );
}

/** The checker. */
export function VerifyView({ words, language }: { words: Words['verify']; language: Language }) {
  const [verdict, setVerdict] = useState<ReceiptVerdict>();
  const [text, setText] = useState('');
  const [over, setOver] = useState(false);
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    // One byte more than may be is enough to be told so.
    const part = file.slice(0, 4 * RECEIPT_CHARS_MAX + 1);
    void part.text().then((content) => setVerdict(verifyReceiptText(content)));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setVerdict(verifyReceiptText(text));
  };
  return (
    <div className={classes.page}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the file field inside does the same by keyboard. */}
      <div
        className={`${panel.panel} ${classes.drop}`}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p>
          <Icon name="download" /> {words.drop}
        </p>
        <label className={classes.file}>
          {words.choose}
          <input
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => take(currentTarget.files?.[0])}
          />
        </label>
        <form onSubmit={submit}>
          <label>
            {words.paste}
            <textarea
              rows={3}
              value={text}
              spellCheck={false}
              onChange={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
          <button type="submit" disabled={text.trim() === ''}>
            {words.check}
          </button>
        </form>
      </div>
      {verdict !== undefined && <Verdict verdict={verdict} words={words} language={language} />}
    </div>
  );
}
