// clients/web/src/pages/cafe/members-part.tsx - members of a site: found by name or number, added, and one of them opened.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { MemberView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { CsvLink } from './csv-link.tsx';
import { money } from './local-money.ts';
import { isPin, MemberCard, useGroups } from './member-card.tsx';
import { useAct } from './use-act.ts';

function AddForm({ info, onAdded }: { info: CafeInfo; onAdded: (member: MemberView) => void }) {
  const { t } = useTranslation();
  const acting = useAct(info.cafe);
  const groups = useGroups(info.settings);
  const [name, setName] = useState('');
  const [group, setGroup] = useState('guest');
  const [pin, setPin] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = { name: name.trim(), group, ...(pin === '' ? {} : { pin }) };
    acting.act('members.add', body, ({ member }) => {
      setName('');
      setPin('');
      if (member !== undefined) onAdded(member);
    });
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('people.add')}</h2>
      <form className={classes.form} onSubmit={submit} data-add-member>
        <TextField label={t('people.name')} value={name} maxLength={40} onValue={setName} />
        <NativeSelect
          label={t('people.group')}
          value={group}
          data={groups}
          onChange={({ currentTarget }) => setGroup(currentTarget.value)}
        />
        <TextField
          type="password"
          inputMode="numeric"
          label={t('people.pin')}
          value={pin}
          maxLength={8}
          autoComplete="new-password"
          onValue={setPin}
        />
        <Button type="submit" disabled={name.trim() === '' || !(pin === '' || isPin(pin)) || acting.busy}>
          {t('people.addSend')}
        </Button>
      </form>
      <ActProblem acting={acting} />
    </section>
  );
}

/** Members, and the one that was pressed. */
export function MembersPart({ info, hasShift }: { info: CafeInfo; hasShift: boolean }) {
  const { t } = useTranslation();
  const { cafe, settings, role } = info;
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string>();
  const { data, isError } = useQuery({
    queryKey: ['cafe', cafe, 'members', text],
    queryFn: () => need(cafeCalls.members(cafe, text.trim())),
    placeholderData: (before) => before,
    retry: false,
  });
  const found = data?.members ?? [];
  const groups = useGroups(settings);
  const groupName = (id: string): string => groups.find(({ value }) => value === id)?.label ?? id;
  if (open !== undefined) {
    return <MemberCard key={open} {...{ info, hasShift }} member={open} onBack={() => setOpen(undefined)} />;
  }
  return (
    <div className={classes.page}>
      <section className={`${panel.panel} ${classes.stack}`}>
        <div className={classes.partHead}>
          <h2 className={panel.title}>{t('cafe.parts.members')}</h2>
          {mayDo(role, 'read.reports').ok && (
            <CsvLink
              href={`/api/cafe/${cafe}/members.csv`}
              aria-label={t('back.fileOf', { name: t('cafe.parts.members') })}
              data-file="members"
            />
          )}
        </div>
        <TextField label={t('desk.who.search')} value={text} maxLength={80} onValue={setText} />
        {isError && <p className={panel.stop}>{t('people.refused')}</p>}
        {data !== undefined && found.length === 0 && <p>{t('desk.who.none')}</p>}
        {found.length > 0 && (
          <ScrollTable
            name={t('cafe.parts.members')}
            head={[
              { name: t('people.number'), number: true },
              { name: t('people.name') },
              { name: t('people.group') },
              { name: t('people.real'), number: true },
              { name: t('people.bonus'), number: true },
            ]}
          >
            {found.map((member) => (
              <tr key={member.member} data-member={member.number}>
                <NumberCell>{member.number}</NumberCell>
                <td>
                  <Button variant="subtle" onClick={() => setOpen(member.member)}>
                    {member.name}
                  </Button>
                </td>
                <td>{groupName(member.group)}</td>
                <NumberCell>{money(member.realMinor, settings.currency)}</NumberCell>
                <NumberCell>{money(member.bonusMinor, settings.currency)}</NumberCell>
              </tr>
            ))}
          </ScrollTable>
        )}
        {data?.more === true && <p className={panel.small}>{t('people.more')}</p>}
      </section>
      {mayDo(role, 'members.add').ok && <AddForm info={info} onAdded={({ member }) => setOpen(member)} />}
    </div>
  );
}
