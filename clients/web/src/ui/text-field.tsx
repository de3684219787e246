// clients/web/src/ui/text-field.tsx - a field of text that says its value alone and lets no browser fill it: what a desk
// types is about somebody else each time.
import '@mantine/core/styles/Input.css';
import { TextInput, type TextInputProps } from '@mantine/core';

/** Mantine's field; `onValue` hears the text. */
export function TextField({
  onValue,
  ...field
}: Omit<TextInputProps, 'onChange'> & { readonly onValue: (value: string) => void }) {
  return <TextInput autoComplete="off" {...field} onChange={({ currentTarget }) => onValue(currentTarget.value)} />;
}
