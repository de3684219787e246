// clients/web/src/pages/economics/economics-page.tsx - /economics: the published café example worked out again from its
// parameters, and where it contradicts itself, said plainly.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { WEI_PER_DBC } from '../../../../../src/base/units.ts';
import { type BurnPolicy, burnPolicies } from '../../../../../src/billing/burn-policy.ts';
import {
  type Contradiction,
  contradictions,
  type EconomicsInput,
  type EconomicsMonth,
  economics,
  seedCafes,
} from '../../../../../src/billing/economics.ts';
import { basisPoints, usd, whole } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from './economics.module.css';
import { fields, readField, seedTexts } from './parameters.ts';

const PARTS = ['burned', 'platformGets', 'operatorGets'] as const;
type Part = (typeof PARTS)[number];

const coins = (wei: bigint): string => `${whole(wei / WEI_PER_DBC)} DBC`;

function amounts(month: EconomicsMonth): Record<Part, { readonly usd: bigint; readonly wei: bigint }> {
  return {
    burned: { usd: month.burnMicroUsd, wei: month.wei.burnWei },
    platformGets: { usd: month.platformMicroUsd, wei: month.wei.platformWei },
    operatorGets: { usd: month.operatorMicroUsd, wei: month.wei.operatorWei },
  };
}

function Month({ input, policy }: { input: EconomicsInput; policy: BurnPolicy }) {
  const { t } = useTranslation();
  const found = economics(input, policy);
  const { month } = found;
  const parts = amounts(month);
  return (
    <section className={panel.panel} data-economics="month">
      <h2 className={panel.title}>{t('economics.result')}</h2>
      <p className={classes.text}>
        {t('economics.inTier', {
          gpus: whole(input.activeGpus),
          policy: policy.name,
          burn: basisPoints(month.burnBps),
        })}
      </p>
      <div className={classes.bar} aria-hidden="true">
        {PARTS.filter((part) => parts[part].usd > 0n).map((part) => (
          <i key={part} data-part={part} style={{ flexGrow: Number(parts[part].usd) }} />
        ))}
      </div>
      <dl className={classes.parts}>
        <div>
          <dt>{t('economics.rent')}</dt>
          <dd>
            <strong>{usd(month.costMicroUsd)}</strong>
            <span>{coins(month.wei.costWei)}</span>
          </dd>
        </div>
        {PARTS.map((part) => (
          <div key={part} data-part={part}>
            <dt>
              <i data-part={part} aria-hidden="true" />
              {t(`economics.${part}`)}
            </dt>
            <dd>
              <strong>{usd(parts[part].usd)}</strong>
              <span>{coins(parts[part].wei)}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className={panel.small}>
        {t('economics.machineHours', {
          hours: whole(found.hours),
          machines: whole(found.machines),
          used: whole(found.averageInUse),
        })}
      </p>
      <h3 className={classes.sub}>{t('economics.tiers')}</h3>
      <ScrollTable
        name={t('economics.tiers')}
        head={[{ name: t('economics.tier') }, ...PARTS.map((part) => ({ name: t(`economics.${part}`), number: true }))]}
      >
        {found.byTier.map((each, tier) => (
          <tr key={each.burnBps} data-tier={tier} className={tier === found.tier ? classes.here : undefined}>
            <td>
              {basisPoints(each.burnBps)} {tier === found.tier && <small>{t('economics.here')}</small>}
            </td>
            {PARTS.map((part) => (
              <NumberCell key={part}>
                {usd(amounts(each)[part].usd)}
                <br />
                <small>{coins(amounts(each)[part].wei)}</small>
              </NumberCell>
            ))}
          </tr>
        ))}
      </ScrollTable>
    </section>
  );
}

function worded(value: bigint, unit: Contradiction['unit']): string {
  if (unit === 'bps') return basisPoints(value);
  return unit === 'micro-usd' ? usd(value) : whole(value);
}

function Wrong({ input, policy }: { input: EconomicsInput; policy: BurnPolicy }) {
  const { t } = useTranslation();
  const found = contradictions(input, policy);
  return (
    <section className={panel.panel} data-economics="wrong">
      <h2 className={panel.title}>{t('economics.wrongTitle')}</h2>
      {found.length === 0 ? (
        <p>{t('economics.none')}</p>
      ) : (
        <>
          <p className={classes.text}>{t('economics.wrongLead')}</p>
          <ul className={classes.wrong}>
            {found.map(({ id, says, follows, unit }) => (
              <li key={id} data-wrong={id}>
                {t(`economics.wrong.${id}`, { says: worded(says, unit), follows: worded(follows, unit) })}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** /economics */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('economics.title'));
  const [texts, setTexts] = useState(seedTexts);
  const [policyName, setPolicyName] = useState('seed-2024');
  const policy = burnPolicies.find(({ name }) => name === policyName) ?? burnPolicies[0];
  const values = fields.map((field) => ({ ...field, value: readField(texts[field.name], field) }));
  const complete = values.every(({ value }) => value !== undefined);
  const input: EconomicsInput = complete
    ? { ...seedCafes, ...Object.fromEntries(values.map(({ name, value }) => [name, value ?? 0n])) }
    : seedCafes;
  return (
    <>
      <h1 className={panel.pageTitle}>{t('economics.title')}</h1>
      <p className={panel.lead}>{t('economics.lead')}</p>
      <div className={classes.page}>
        <section className={panel.panel}>
          <h2 className={panel.title}>{t('economics.parameters')}</h2>
          <div className={classes.form}>
            {values.map(({ name, label, value, least }) => (
              <TextInput
                key={name}
                label={t(`economics.${label}`)}
                inputMode="decimal"
                value={texts[name]}
                error={value === undefined ? t(least > 0n ? 'economics.badPrice' : 'economics.bad') : undefined}
                onChange={({ currentTarget }) => setTexts({ ...texts, [name]: currentTarget.value })}
              />
            ))}
            <NativeSelect
              label={t('economics.policy')}
              value={policyName}
              data={burnPolicies.map(({ name }) => name)}
              onChange={({ currentTarget }) => setPolicyName(currentTarget.value)}
            />
          </div>
          <Button
            variant="default"
            mt="md"
            onClick={() => {
              setTexts(seedTexts());
              setPolicyName('seed-2024');
            }}
          >
            {t('economics.reset')}
          </Button>
        </section>
        {complete && policy !== undefined && <Month input={input} policy={policy} />}
        {complete && policy !== undefined && <Wrong input={input} policy={policy} />}
      </div>
    </>
  );
}
