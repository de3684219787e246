// clients/web/src/pages/cafe/receipt-list.tsx - receipts of a business day, or of all days as they are looked for: by number, seat,
// member, amount or who took them; each with what became of it, when, by whom and why.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, CafeReceiptList, DayReport } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { clock, dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';
import { Became, useTaker } from './receipt-became.tsx';
import { ReceiptDialog } from './receipt-paper.tsx';
import { RECEIPT_FIELDS, type ReceiptField, readSearch } from './receipt-search.ts';
import { type Offer, offerOf } from './receipt-state.ts';
import { DayFile } from './report-tables.tsx';
import { TakeBack } from './take-back-dialog.tsx';

type Back = { readonly receipt: CafeReceipt; readonly offer: Offer };

function Rows({
  info,
  list,
  days,
  onPaper,
  onBack,
}: {
  info: CafeInfo;
  list: CafeReceiptList;
  days: boolean;
  onPaper: (receipt: CafeReceipt) => void;
  onBack: (back: Back) => void;
}) {
  const { t } = useTranslation();
  const takerOf = useTaker(info);
  const all = [...list.receipts, ...list.after];
  const rows = list.receipts.map((receipt) => ({
    ...{ receipt, offer: offerOf(list.payments, receipt.number, info.role) },
  }));
  return rows.map(({ receipt, offer }) => (
    <tr key={receipt.number} data-receipt={receipt.number}>
      <NumberCell>{receipt.number}</NumberCell>
      <td>{days ? dayAndTime(receipt.atMs) : clock(receipt.atMs)}</td>
      <td>{t(`cafe.report.kinds.${receipt.kind}`)}</td>
      <td>{receipt.seat ?? ''}</td>
      <td>{list.members.find(({ member }) => member === receipt.member)?.name ?? ''}</td>
      <td>{takerOf(receipt.by)}</td>
      <NumberCell>{money(receipt.totalMinor, info.settings.currency)}</NumberCell>
      <td className={classes.became}>
        <Became {...{ info, all, receipt }} payments={list.payments} />
      </td>
      <td data-screen>
        <span className={classes.rowActs}>
          <Button
            variant="subtle"
            aria-label={t('back.paperOf', { number: receipt.number })}
            onClick={() => onPaper(receipt)}
          >
            {t('people.paper')}
          </Button>
          {offer !== undefined && (
            <Button
              variant="subtle"
              aria-label={t('back.takeBackOf', { number: receipt.number })}
              onClick={() => onBack({ receipt, offer })}
            >
              {t('back.takeBack')}
            </Button>
          )}
        </span>
      </td>
    </tr>
  ));
}

/** The receipts of a day; of all days as soon as something is looked for. */
export function ReceiptList({ info, report }: { info: CafeInfo; report: DayReport }) {
  const { t } = useTranslation();
  const { cafe, settings } = info;
  const [field, setField] = useState<ReceiptField>('number');
  const [text, setText] = useState('');
  const [paper, setPaper] = useState<CafeReceipt>();
  const [back, setBack] = useState<Back>();
  const search = readSearch(field, text, settings.currency);
  const wish = search === 'none' ? { date: report.date } : search;
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'receipts', wish],
    queryFn: () => need(cafeCalls.receipts(cafe, wish === 'odd' ? {} : wish)),
    enabled: wish !== 'odd',
    placeholderData: (before) => before,
    retry: false,
  });
  const list = wish === 'odd' ? undefined : data;
  const head = [
    { name: t('people.number'), number: true },
    { name: t('people.when') },
    { name: t('cafe.report.kind') },
    { name: t('people.seat') },
    { name: t('back.member') },
    { name: t('back.cashier') },
    { name: t('cafe.report.total'), number: true },
    { name: t('back.became') },
    { name: t('team.acts'), screen: true },
  ];
  return (
    <div className={classes.stack} data-receipts={list?.receipts.length}>
      <div className={classes.partHead}>
        <h3>{t('back.receiptList')}</h3>
        <DayFile {...{ info, report }} file="receipts" name={t('back.receiptList')} />
      </div>
      <search className={classes.form} aria-label={t('back.search')}>
        <NativeSelect
          label={t('back.searchBy')}
          value={field}
          data={RECEIPT_FIELDS.map((value) => ({ value, label: t(`back.fields.${value}`) }))}
          onChange={({ currentTarget }) => setField(currentTarget.value as ReceiptField)}
        />
        <TextField
          label={t('back.searchText')}
          description={t('back.searchHint')}
          value={text}
          maxLength={80}
          onValue={setText}
        />
      </search>
      {wish === 'odd' && <p role="status">{t('back.odd')}</p>}
      {list?.receipts.length === 0 && (
        <p role="status" data-none>
          {t(search === 'none' ? 'back.noneOfDay' : 'back.noneFound', { text: text.trim() })}
        </p>
      )}
      {list !== undefined && list.receipts.length > 0 && (
        <ScrollTable name={t('back.receiptList')} head={head}>
          <Rows {...{ info, list }} days={search !== 'none'} onPaper={setPaper} onBack={setBack} />
        </ScrollTable>
      )}
      {list?.more === true && <p className={panel.small}>{t('back.moreReceipts')}</p>}
      {paper !== undefined && <ReceiptDialog settings={settings} receipt={paper} onClose={() => setPaper(undefined)} />}
      {back !== undefined && <TakeBack info={info} {...back} onClose={() => setBack(undefined)} />}
    </div>
  );
}
