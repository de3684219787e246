// clients/web/src/pages/cafe/customer-choice.tsx - who sits down: a guest with or without a name, a member found by name or
// number, or whoever holds a printed code.
import '@mantine/core/styles/Input.css';
import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { isGuestCode, type Who } from '../../../../../src/protocol/cafe-shapes.ts';
import type { MemberView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';
import { CODE_LENGTH, typedCode } from './typed-code.ts';

const KINDS = ['guest', 'member', 'code'] as const;

/** Who was chosen; `who` is absent as long as the choice is not complete. */
export type Customer = {
  readonly kind: (typeof KINDS)[number];
  readonly who: Who | undefined;
  readonly group: string;
  readonly ageBand: string | undefined;
  /** A member's own: nobody is asked. */
  readonly ageKnown: boolean;
  readonly guardian: boolean;
};
/** Whom a desk has before it most of the time. */
export const someGuest: Customer = {
  kind: 'guest',
  who: { kind: 'guest' },
  group: 'guest',
  ageBand: undefined,
  ageKnown: false,
  guardian: false,
};

/** A band that the settings have no more says nothing: the desk is asked, as for a member without one. */
function memberOf({ ageBands }: CafeSettings, member: MemberView | undefined, asked: string | undefined) {
  const known = ageBands.find(({ id }) => id === member?.ageBand)?.id;
  return {
    who: member && ({ kind: 'member', member: member.member } as const),
    group: member?.group ?? 'guest',
    ageBand: known ?? asked,
    ageKnown: known !== undefined,
  };
}

function MemberSearch({
  cafe,
  settings,
  onMember,
}: {
  cafe: CafeId;
  settings: CafeSettings;
  onMember: (member: MemberView | undefined) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'members', text],
    queryFn: () => need(cafeCalls.members(cafe, text)),
    retry: false,
  });
  const found = data?.members ?? [];
  const choose = (id: string): void => {
    setChosen(id);
    onMember(found.find(({ member }) => member === id));
  };
  const name = (member: MemberView): string =>
    t('desk.who.has', {
      name: member.name,
      price: money(BigInt(member.realMinor) + BigInt(member.bonusMinor), settings.currency),
    });
  return (
    <>
      <TextInput
        label={t('desk.who.search')}
        value={text}
        maxLength={80}
        autoComplete="off"
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          choose(''); // Whoever is searched for next, the one before does not pay.
        }}
      />
      <NativeSelect
        label={t('desk.who.found')}
        value={chosen}
        data={[
          { value: '', label: found.length === 0 ? t('desk.who.none') : '–' },
          ...found.slice(0, 20).map((member) => ({ value: member.member, label: name(member) })),
        ]}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
    </>
  );
}

/** The fields; `onChange` hears each change. */
export function CustomerChoice({
  cafe,
  settings,
  customer,
  onChange,
}: {
  cafe: CafeId;
  settings: CafeSettings;
  customer: Customer;
  onChange: (customer: Customer) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const change = (part: Partial<Customer>): void => onChange({ ...customer, ...part });
  const asked = customer.ageKnown ? undefined : customer.ageBand; // What a member is known as says nothing of another.
  const begin = (kind: Customer['kind']): void => {
    setText('');
    const { guardian } = customer;
    onChange({ ...someGuest, guardian, ageBand: asked, kind, who: kind === 'guest' ? { kind } : undefined });
  };
  const type = (value: string): void => {
    setText(value);
    const typed = value.trim();
    if (customer.kind === 'guest') change({ who: { kind: 'guest', ...(typed === '' ? {} : { label: typed }) } });
    else change({ who: isGuestCode(typedCode(value)) ? { kind: 'code', code: typedCode(value) } : undefined });
  };
  return (
    <>
      <NativeSelect
        label={t('desk.who.name')}
        value={customer.kind}
        data={KINDS.map((value) => ({ value, label: t(`desk.who.${value}`) }))}
        onChange={({ currentTarget }) => begin(KINDS.find((one) => one === currentTarget.value) ?? 'guest')}
      />
      {customer.kind === 'member' ? (
        <MemberSearch {...{ cafe, settings }} onMember={(member) => change(memberOf(settings, member, asked))} />
      ) : (
        <TextInput
          label={customer.kind === 'guest' ? t('cafe.buy.label') : t('desk.who.typed')}
          value={text}
          maxLength={customer.kind === 'guest' ? 40 : 16}
          error={
            customer.kind === 'code' && typedCode(text).length >= CODE_LENGTH && customer.who === undefined
              ? t('problems.what.CODE_UNKNOWN')
              : undefined
          }
          autoComplete="off"
          onChange={({ currentTarget }) => type(currentTarget.value)}
        />
      )}
    </>
  );
}
