// clients/web/src/pages/cafe/codes-part.tsx - printed codes: sold, made in batches, and the list of those that were sold.
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { need } from '../../player/api.ts';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { CodeBatches } from './code-batches.tsx';
import { SellCodes } from './code-sale.tsx';
import { worthName } from './code-worth.tsx';
import { money } from './local-money.ts';
import { typedCode } from './typed-code.ts';

function CodeList({ info: { cafe, settings } }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [batch, setBatch] = useState('');
  const typed = typedCode(text);
  const { data, isError } = useQuery({
    queryKey: ['cafe', cafe, 'codes', typed, batch],
    queryFn: () => need(cafeCalls.codes(cafe, typed, batch)),
    placeholderData: (before) => before,
    retry: false,
  });
  const { data: made } = useQuery({
    queryKey: ['cafe', cafe, 'codes', 'batches'],
    queryFn: () => need(cafeCalls.batches(cafe)),
    retry: false,
  });
  const codes = data?.codes ?? [];
  const batches = made?.batches ?? [];
  return (
    <section className={`${panel.panel} ${classes.stack}`}>
      <h2 className={panel.title}>{t('people.codes')}</h2>
      <div className={classes.form}>
        <TextField label={t('people.findCode')} value={text} maxLength={16} onValue={setText} />
        {batches.length > 0 && (
          <NativeSelect
            label={t('cards.ofBatch')}
            value={batch}
            data={[
              { value: '', label: t('cards.allSold') },
              ...batches.map((one) => ({ value: one.batch, label: one.name })),
            ]}
            onChange={({ currentTarget }) => setBatch(currentTarget.value)}
          />
        )}
      </div>
      {isError && <p className={panel.stop}>{t('people.refused')}</p>}
      {data !== undefined && codes.length === 0 && <p>{t('people.noCodes')}</p>}
      {codes.length > 0 && (
        <ScrollTable
          name={t('people.codes')}
          head={[
            { name: t('people.ends') },
            { name: t('cards.worth') },
            { name: t('people.soldFor'), number: true },
            { name: t('people.left'), number: true },
            { name: t('people.until') },
          ]}
        >
          {codes.map(({ ends, soldMinor, leftMinor, untilMs, package: id }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two codes may end alike.
            <tr key={index} data-ends={ends}>
              <td>…{ends}</td>
              <td>
                {id === undefined ? t('cards.amount') : worthName(settings, { package: id, priceMinor: soldMinor })}
              </td>
              {untilMs === 0 ? (
                <td colSpan={3}>{t('cards.inStock')}</td>
              ) : (
                <>
                  <NumberCell>{money(soldMinor, settings.currency)}</NumberCell>
                  <NumberCell>{money(leftMinor, settings.currency)}</NumberCell>
                  <td>{dayAndTime(untilMs)}</td>
                </>
              )}
            </tr>
          ))}
        </ScrollTable>
      )}
      {data?.more === true && <p className={panel.small}>{t('people.more')}</p>}
    </section>
  );
}

/** Printed codes. */
export function CodesPart({ info, hasShift }: { info: CafeInfo; hasShift: boolean }) {
  return (
    <div className={classes.page}>
      {mayDo(info.role, 'codes.sell').ok && <SellCodes {...{ info, hasShift }} />}
      <CodeBatches info={info} />
      <CodeList info={info} />
    </div>
  );
}
