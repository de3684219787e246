// clients/web/src/ui/copy-text.tsx - text that one wants elsewhere: shown in full, copied by a press.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './copy-text.module.css';
import { Icon } from './icons.tsx';

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // No secure context: the text is on the page and can be selected.
  }
}

/** Shows `text` with a copy button; `block` for commands that take a line of their own. */
export function CopyText({ text, block }: { text: string; block?: boolean }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <span className={block ? classes.block : classes.line}>
      <code>{text}</code>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon name={copied ? 'check' : 'copy'} size={16} />}
        onClick={() => void copy(text).then(setCopied)}
      >
        {copied ? t('shell.copied') : t('shell.copy')}
      </Button>
    </span>
  );
}
