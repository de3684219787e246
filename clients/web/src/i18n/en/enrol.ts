// clients/web/src/i18n/en/enrol.ts - words of the page for PCs without a disk.

/** English. */
export const enrol = {
  title: 'PCs that forget their browser',
  text: 'A PC without a disk has no browser of yesterday: it is its seat by its line of a file on the share that it boots from. All others are paired once with six digits on the floor.',
  list: 'One PC a line: seat, then host name or MAC address',
  bad: {
    form: 'Line {{line}}: “{{text}}” is no seat with a host name or MAC address.',
    seat: 'Line {{line}}: “{{text}}” names a seat that is not here.',
    twice: 'Line {{line}}: “{{text}}” names a seat or PC for the second time.',
  },
  tooMany: 'At most {{most}} lines at once.',
  make_one: 'Make the file for one PC',
  make_other: 'Make the file for {{count}} PCs',
  made: 'The file is ready. Whoever reads it can be these seats: keep it where only the PCs read it. It is not shown again, but can be made again.',
  save: 'Save the file',
  stepShare: 'Put it on the share that the PCs boot from, readable by them alone.',
  stepBoot: 'At the start of the session let each PC run',
  stepSeat: 'Each PC shows its seat by itself from the next boot on.',
  enrolled: 'Enrolled PCs',
  none: 'None yet.',
  seat: 'Seat',
  host: 'Host',
  device: 'Now',
  take: 'Remove the line of seat {{seat}}',
  again: 'Make the file of all again',
  state: {
    here: 'there',
    away: 'not there',
    never: 'never came',
    doubled: 'two PCs with this line',
  },
};
