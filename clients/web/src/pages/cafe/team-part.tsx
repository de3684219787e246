// clients/web/src/pages/cafe/team-part.tsx - who works in a site and as what, and the programs that may act for it: their keys, and
// the addresses that are called after acts.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlayerId } from '../../../../../src/base/ids.ts';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import { cafeActs } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { type CafeRole, cafeRoles } from '../../../../../src/protocol/cafe-shapes.ts';
import { explains } from '../../../../../src/protocol/reason.ts';
import panel from '../../ui/panel.module.css';
import { readAddress } from '../../ui/read-address.ts';
import { ReasonField } from '../../ui/reason-field.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ActProblem } from './act-problem.tsx';
import { actWords } from './act-words.ts';
import classes from './cafe.module.css';
import { TakeAway } from './take-away.tsx';
import { type Acting, useAct } from './use-act.ts';

const SLUG = /^[a-z0-9][a-z0-9-]{0,23}$/;

/** The short name of a key or a webhook; says so where it is none. */
function SlugField({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const { t } = useTranslation();
  const error = value !== '' && !SLUG.test(value) ? t('team.badSlug') : undefined;
  return <TextField label={t('team.slug')} maxLength={24} {...{ value, error, onValue }} />;
}
type Part = { readonly info: CafeInfo; readonly acting: Acting };

function useRoles(roles: readonly CafeRole[]): { value: string; label: string }[] {
  const { t } = useTranslation();
  return roles.map((value) => ({ value, label: t(`cafe.roles.${value}`) }));
}
const roleOf = (text: string): CafeRole => cafeRoles.find((role) => role === text) ?? 'cashier';

function Secret({ children, secret }: { children: ReactNode; secret: string | undefined }) {
  if (secret === undefined) return null;
  return (
    <div className={panel.note} role="status">
      <p>{children}</p>
      <code className={classes.secret} data-secret>
        {secret}
      </code>
    </div>
  );
}

function Staff({ info: { staff }, acting, may, own }: Part & { may: boolean; own: string }) {
  const { t } = useTranslation();
  const roles = useRoles(cafeRoles);
  const [wallet, setWallet] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<CafeRole>('cashier');
  const [reason, setReason] = useState('');
  const address = readAddress(wallet);
  const good = address !== undefined && explains(reason) && !acting.busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (address === undefined || !good) return;
    const called = name.trim() === '' ? {} : { name: name.trim() };
    acting.act('staff', { wallet: address as string as PlayerId, role, reason: reason.trim(), ...called }, () => {
      setWallet('');
      setName('');
      setReason('');
    });
  };
  return (
    <section className={`${panel.panel} ${classes.stack}`}>
      <h2 className={panel.title}>{t('team.staff')}</h2>
      <ScrollTable
        name={t('team.staff')}
        head={[
          { name: t('people.name') },
          { name: t('team.role') },
          { name: t('team.wallet') },
          { name: t('team.acts') },
        ]}
      >
        {staff.map((one) => (
          <tr key={one.wallet} data-staff={one.wallet}>
            <td>{one.name ?? '–'}</td>
            <td>{t(`cafe.roles.${one.role}`)}</td>
            <td className={classes.wallet}>{one.wallet}</td>
            <td>
              {(may || one.wallet === own) && (
                <TakeAway
                  {...(may ? {} : { word: t('team.leave') })}
                  name={may ? t('team.removeOf', { name: one.name ?? one.wallet }) : t('team.leave')}
                  busy={acting.busy}
                  onRemove={(why) => acting.act('staff', { wallet: one.wallet, role: null, reason: why })}
                />
              )}
            </td>
          </tr>
        ))}
      </ScrollTable>
      {may && (
        <form className={classes.form} onSubmit={submit} data-add-staff>
          <TextField
            label={t('team.walletOf')}
            value={wallet}
            maxLength={42}
            error={wallet.trim() !== '' && address === undefined ? t('team.badWallet') : undefined}
            onValue={setWallet}
          />
          <TextField label={t('people.name')} value={name} maxLength={40} onValue={setName} />
          <NativeSelect
            label={t('team.role')}
            value={role}
            data={roles}
            onChange={({ currentTarget }) => setRole(roleOf(currentTarget.value))}
          />
          <ReasonField reason={reason} onReason={setReason} />
          <Button type="submit" disabled={!good}>
            {t('team.give')}
          </Button>
        </form>
      )}
      <p className={panel.small}>{t('team.staffHint')}</p>
    </section>
  );
}

function Keys({ info: { apiKeys }, acting, may }: Part & { may: boolean }) {
  const { t } = useTranslation();
  const roles = useRoles(cafeRoles.filter((role) => role !== 'owner'));
  const [id, setId] = useState('');
  const [role, setRole] = useState<CafeRole>('cashier');
  const [secret, setSecret] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    acting.act('api-keys.add', { id, role }, (answer) => {
      setSecret(answer.secret);
      setId('');
    });
  };
  return (
    <section className={`${panel.panel} ${classes.stack}`}>
      <h2 className={panel.title}>{t('team.keys')}</h2>
      {apiKeys.length === 0 && <p>{t('team.noKeys')}</p>}
      {apiKeys.length > 0 && (
        <ScrollTable
          name={t('team.keys')}
          head={[{ name: t('settings.called') }, { name: t('team.role') }, { name: t('team.acts') }]}
        >
          {apiKeys.map((key) => (
            <tr key={key.id} data-key={key.id}>
              <td>{key.id}</td>
              <td>{t(`cafe.roles.${key.role}`)}</td>
              <td>
                <TakeAway
                  name={t('team.removeOf', { name: key.id })}
                  busy={acting.busy}
                  onRemove={(reason) => acting.act('api-keys.remove', { id: key.id, reason })}
                />
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {may && (
        <form className={classes.form} onSubmit={submit} data-add-key>
          <SlugField value={id} onValue={setId} />
          <NativeSelect
            label={t('team.role')}
            value={role}
            data={roles}
            onChange={({ currentTarget }) => setRole(roleOf(currentTarget.value))}
          />
          <Button type="submit" variant="default" disabled={!SLUG.test(id) || acting.busy}>
            {t('team.addKey')}
          </Button>
        </form>
      )}
      <Secret secret={secret}>{t('team.keyOnce')}</Secret>
    </section>
  );
}

const ALL_ACTS = '*';
const ACT_NAMES = [ALL_ACTS, ...Object.keys(cafeActs)];

function Hooks({ info: { webhooks }, acting, may }: Part & { may: boolean }) {
  const { t } = useTranslation();
  const [id, setId] = useState('');
  const [url, setUrl] = useState('');
  const [act, setAct] = useState(ALL_ACTS);
  const [secret, setSecret] = useState<string>();
  const good = SLUG.test(id) && /^https?:\/\/./.test(url) && !acting.busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    acting.act('webhooks.add', { id, url, acts: [act] }, (answer) => {
      setSecret(answer.secret);
      setId('');
      setUrl('');
    });
  };
  return (
    <section className={`${panel.panel} ${classes.stack}`}>
      <h2 className={panel.title}>{t('team.hooks')}</h2>
      {webhooks.length === 0 && <p>{t('team.noHooks')}</p>}
      {webhooks.length > 0 && (
        <ScrollTable
          name={t('team.hooks')}
          head={[
            { name: t('settings.called') },
            { name: t('team.url') },
            { name: t('team.after') },
            { name: t('team.state') },
            { name: t('team.acts') },
          ]}
        >
          {webhooks.map((hook) => (
            <tr key={hook.id} data-hook={hook.id}>
              <td>{hook.id}</td>
              <td className={classes.wallet}>{hook.url}</td>
              <td>{hook.acts.map((name) => (name === ALL_ACTS ? t('team.allActs') : actWords(t, name))).join(', ')}</td>
              <td className={hook.failing ? panel.stop : undefined}>
                {hook.failing ? t('team.failing') : t('team.fine')}
              </td>
              <td>
                <TakeAway
                  name={t('team.removeOf', { name: hook.id })}
                  busy={acting.busy}
                  onRemove={(reason) => acting.act('webhooks.remove', { id: hook.id, reason })}
                />
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {may && (
        <form className={classes.form} onSubmit={submit} data-add-hook>
          <SlugField value={id} onValue={setId} />
          <TextField label={t('team.url')} placeholder="https://" value={url} maxLength={300} onValue={setUrl} />
          <NativeSelect
            label={t('team.after')}
            value={act}
            data={ACT_NAMES.map((value) => ({
              value,
              label: value === ALL_ACTS ? t('team.allActs') : actWords(t, value),
            }))}
            onChange={({ currentTarget }) => setAct(currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!good}>
            {t('team.addHook')}
          </Button>
        </form>
      )}
      <Secret secret={secret}>{t('team.hookOnce')}</Secret>
    </section>
  );
}

/** The people and programs of a site. */
export function TeamPart({ info, own }: { info: CafeInfo; own: string }) {
  const acting = useAct(info.cafe);
  const { role } = info;
  return (
    <div className={classes.page} data-team>
      <ActProblem acting={acting} />
      <Staff {...{ info, acting, own }} may={mayDo(role, 'staff').ok} />
      {mayDo(role, 'api-keys.remove').ok && (
        <>
          <Keys {...{ info, acting }} may={mayDo(role, 'api-keys.add').ok} />
          <Hooks {...{ info, acting }} may={mayDo(role, 'webhooks.add').ok} />
        </>
      )}
    </div>
  );
}
