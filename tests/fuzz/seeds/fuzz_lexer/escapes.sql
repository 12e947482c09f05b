SELECT {fn TIMESTAMPDIFF(SQL_TSI_MONTH, {ts '2024-01-02 03:04:05.6'}, ?)}, {fn LOCATE(?, :a, ?3)},
{fn POSITION('a' IN {fn LCASE("b")})}, {d '2024-01-02'} FROM {oj a LEFT OUTER JOIN b ON 1}
WHERE c LIKE 'x\%' {escape '\'}; {?= call dqlite_nodes(1, 'x')}
