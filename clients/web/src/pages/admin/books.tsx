// clients/web/src/pages/admin/books.tsx - do the books hold, what came in, and what was done by whom.
import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AdminState, AuditPage, Revenue } from '../../../../../src/protocol/admin-api.ts';
import { dayAndTime, dbc } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import type { Propose } from './act-forms.tsx';
import classes from './admin.module.css';

const TONE = { balanced: 'near', 'no-chain': 'near', short: 'stop', 'chain-unreachable': 'warn' } as const;

/** The hourly comparison, and the brake. */
export function Books({ state, propose }: { state: AdminState; propose: Propose }) {
  const { t } = useTranslation();
  const { reconcile, paused, running } = state;
  const next = paused ? 'resume' : 'pause';
  return (
    <section className={panel.panel} data-reconcile={reconcile?.state ?? 'never'}>
      <h2 className={panel.title}>{t('admin.books.title')}</h2>
      {reconcile === undefined ? (
        <p>{t('admin.books.never')}</p>
      ) : (
        <>
          <p className={`${classes.verdict} ${panel[TONE[reconcile.state]] ?? ''}`}>
            <Icon name={TONE[reconcile.state] === 'near' ? 'shield' : 'warn'} />
            {t(`admin.books.states.${reconcile.state}`)}
          </p>
          <dl className={panel.facts}>
            <dt>{t('admin.books.owed')}</dt>
            <dd>{dbc(reconcile.liabilitiesWei, 6, 2)} DBC</dd>
            {reconcile.depositsWei !== undefined && (
              <>
                <dt>{t('admin.books.there')}</dt>
                <dd>{dbc(reconcile.depositsWei, 6, 2)} DBC</dd>
              </>
            )}
            {reconcile.underWayWei !== undefined && (
              <>
                <dt>{t('admin.books.underWay')}</dt>
                <dd>{dbc(reconcile.underWayWei, 6, 2)} DBC</dd>
              </>
            )}
            <dt>{t('admin.books.checked')}</dt>
            <dd>{dayAndTime(reconcile.atMs)}</dd>
          </dl>
          {reconcile.wrongAccounts.length > 0 && (
            <p className={panel.stop}>{t('admin.books.wrong', { list: reconcile.wrongAccounts.join(', ') })}</p>
          )}
        </>
      )}
      <p>
        {t(paused ? 'admin.books.paused' : 'admin.books.open')} {t('admin.books.running', { count: running })}
      </p>
      <div className={classes.acts}>
        <Button variant="default" onClick={() => propose({ t: 'reconcile' }, t('admin.books.again'))}>
          {t('admin.books.again')}
        </Button>
        <Button variant="default" onClick={() => propose({ t: next }, t(`admin.books.${next}`))}>
          {t(`admin.books.${next}`)}
        </Button>
      </div>
    </section>
  );
}

/** Thirty days. */
export function RevenuePart({ revenue }: { revenue: Revenue }) {
  const { t } = useTranslation();
  return (
    <section className={panel.panel} data-revenue>
      <h2 className={panel.title}>{t('admin.revenue.title')}</h2>
      <dl className={panel.facts}>
        <dt>{t('admin.revenue.balance')}</dt>
        <dd>
          {dbc(revenue.platformWei, 6, 2)} {revenue.currency}
        </dd>
        <dt>{t('admin.revenue.burn')}</dt>
        <dd>
          {dbc(revenue.burnWei, 6, 2)} {revenue.currency}
        </dd>
        <dt>{t('admin.revenue.refunded')}</dt>
        <dd>
          {dbc(revenue.refundedWei, 6, 2)} {revenue.currency}
        </dd>
      </dl>
      {revenue.days.length === 0 ? (
        <p>{t('admin.revenue.none')}</p>
      ) : (
        <ScrollTable
          name={t('admin.revenue.title')}
          head={[
            { name: t('admin.revenue.day') },
            ...(['games', 'payers', 'cost', 'burn', 'platform', 'operator'] as const).map((name) => ({
              name: t(`admin.revenue.${name}`),
              number: true,
            })),
          ]}
        >
          {revenue.days.map(({ day, sessions, payers, costWei, burnWei, platformWei, operatorWei }) => (
            <tr key={day}>
              <td>{day}</td>
              <NumberCell>{sessions}</NumberCell>
              <NumberCell>{payers}</NumberCell>
              {[costWei, burnWei, platformWei, operatorWei].map((wei, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: four columns in a fixed order.
                <NumberCell key={index}>{dbc(wei, 4, 2)}</NumberCell>
              ))}
            </tr>
          ))}
        </ScrollTable>
      )}
    </section>
  );
}

/** To whom or to what an act was done; empty where it concerns the whole hub. */
function subjectOf(act: AuditPage['lines'][number]['act'], lines: AuditPage['lines'], t: TFunction): string {
  switch (act.t) {
    case 'suspend':
    case 'lift':
      return `${t(`admin.suspend.kinds.${act.kind}`)} ${act.id}`;
    case 'refund':
      return `${dbc(act.amountWei, 6, 2)} DBC, ${act.session}`;
    case 'announce':
      return act.text;
    case 'unannounce': {
      const said = lines.find(({ after }) => after.id === act.id)?.act;
      return said?.t === 'announce' ? said.text : act.id;
    }
    case 'rotate':
      return t(`admin.secrets.${act.secret}`);
    case 'erase':
      return act.player;
    case 'refused': {
      const what = act.act === undefined ? '' : `${t(`admin.audit.acts.${act.act}`)}: `;
      return `${what}${act.code} ${act.asked}`;
    }
    case 'pause':
    case 'resume':
    case 'reconcile':
      return '';
  }
}

/** The record of acts. */
export function Audit({ audit }: { audit: AuditPage }) {
  const { t } = useTranslation();
  return (
    <section className={panel.panel} data-audit>
      <h2 className={panel.title}>{t('admin.audit.title')}</h2>
      {audit.lines.length === 0 ? (
        <p>{t('admin.audit.none')}</p>
      ) : (
        <ScrollTable
          name={t('admin.audit.title')}
          head={[
            { name: '#' },
            { name: t('admin.audit.when') },
            { name: t('admin.audit.act') },
            { name: t('admin.audit.of') },
            { name: t('admin.audit.reason') },
            { name: t('admin.audit.who') },
          ]}
        >
          {audit.lines.map(({ seq, atMs, who, act, reason }) => (
            <tr key={seq}>
              <td>{seq}</td>
              <td>{dayAndTime(atMs)}</td>
              <td>{t(`admin.audit.acts.${act.t}`)}</td>
              <td className={classes.of}>{subjectOf(act, audit.lines, t)}</td>
              <td>{reason}</td>
              <td>
                <code>{who}</code>
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
    </section>
  );
}
