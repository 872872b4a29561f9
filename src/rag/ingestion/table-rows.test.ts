import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plainCell, tableRowTexts, type TableRow } from './table-rows.ts';

const row = (...cells: string[]): TableRow => ({ header: false, cells: cells.map(plainCell) });

describe('tableRowTexts', () => {
  for (const { name, rows, exactColumns = false, want } of [
    {
      name: 'names stand with every value',
      rows: [row('Plan', 'Price'), row('Basic', '10'), row('Pro', '')],
      want: [null, 'Plan: Basic | Price: 10', 'Plan: Pro'],
    },
    {
      name: 'a first row with numbers is no header',
      rows: [row('A', '1'), row('B', '2')],
      want: ['A | 1', 'B | 2'],
    },
    {
      name: 'years are names',
      rows: [row('In pounds', '2024', '2025'), row('Fees', '611', '634')],
      want: [null, 'In pounds: Fees | 2024: 611 | 2025: 634'],
    },
    { name: 'a single row is data', rows: [row('Plan', 'Price')], want: ['Plan | Price'] },
    {
      name: 'a cell over two rows belongs to both, and shifts nobody into another column',
      rows: [
        row('Season', 'Lock', 'Hours'),
        {
          header: false,
          cells: [{ text: 'Summer', columns: 1, rows: 2 }, plainCell('Alder'), plainCell('8 to 19')],
        },
        row('Elder', '8 to 18'),
      ],
      want: [
        null,
        'Season: Summer | Lock: Alder | Hours: 8 to 19',
        'Season: Summer | Lock: Elder | Hours: 8 to 18',
      ],
    },
    {
      name: 'a cell over two columns does not move the next one',
      rows: [
        row('Lock', 'Summer', 'Winter', 'Fee'),
        {
          header: false,
          cells: [plainCell('Alder'), { text: 'closed', columns: 2, rows: 1 }, plainCell('5')],
        },
      ],
      want: [null, 'Lock: Alder | Summer: closed | Fee: 5'],
    },
    {
      name: 'where empty cells cannot be seen, a short row gets no names',
      rows: [row('Plan', 'Price', 'Note'), row('Basic', '10', 'x'), row('Pro', 'y')],
      exactColumns: true,
      want: [null, 'Plan: Basic | Price: 10 | Note: x', 'Pro | y'],
    },
  ])
    test(name, () => assert.deepEqual(tableRowTexts(rows, { exactColumns }), want));
});
