import type { ReactElement, ReactNode } from "react";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand under each other. */
  readonly isNumber?: boolean;
}

export interface TableProps<Row> {
  /** What is listed, for who can't see what stands around it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
}

/** A table that is a list of cards where there is no room for it. The first column names the row. */
export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>): ReactElement {
  return (
    <div className="table-frame">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ title, isNumber }) => (
              <th key={title} className={isNumber === true ? "numeric" : undefined} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isNumber }, index) => {
                const content = cell(row);
                const className = isNumber === true ? "numeric" : undefined;
                return index === 0 ? (
                  <th key={title} className={className} data-title={title} scope="row">
                    {content}
                  </th>
                ) : (
                  <td key={title} className={className} data-title={title}>
                    <div>{content}</div>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
