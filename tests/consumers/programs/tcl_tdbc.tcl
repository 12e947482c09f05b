# Tcl's tdbc::odbc.
package require tdbc::odbc
fconfigure stdout -encoding utf-8 -buffering line

proc expect {what is should} {
    if {$is ne $should} { error "$what is '$is', not '$should'" }
}
proc ok {step} { puts "ok $step" }
# The rows of a result, each a list.
proc rows {sql {values {}}} {
    set statement [$::db prepare $sql]
    set all [$statement allrows -as lists $values]
    $statement close
    return $all
}
proc state_of {sql} {
    if {![catch {rows $sql} message details]} { error "$sql does not fail" }
    lindex [dict get $details -errorcode] 2
}

# tdbc::odbc takes the wide functions' texts for UCS-2 characters of Tcl 8.6, whose own
# characters beyond the BMP are surrogate pairs: given by their halves here.
set unicode "\u00e9\u6f22\ud83d\ude00\ud834\udd1e"

tdbc::odbc::connection create db [lindex $argv 0]
set db db
puts "version Tcl [info patchlevel], tdbc::odbc [package present tdbc::odbc]"
expect "the sum" [rows "SELECT 1 + 1"] 2
ok connect

rows "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB,
    day DATE, moment TIMESTAMP, flag BOOLEAN)"
rows "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)"
rows "CREATE TABLE gone (a)"
rows "DROP TABLE gone"
ok ddl

set insert [db prepare "INSERT INTO typed VALUES (:id, :i, :d, :t, :b, :day, :moment, :flag)"]
foreach {name type} {id integer i bigint d double t varchar b longvarbinary day date
        moment timestamp flag bit} {
    $insert paramtype $name in $type
}
set row [list id 1 i 9007199254740993 d 0.1 t "it's ; ? fine" b [binary format H* 0001ff] \
    day 2024-02-29 moment "2024-02-29 12:34:56" flag 1]
$insert allrows $row
set read [lindex [rows "SELECT * FROM typed WHERE id = 1"] 0]
expect "row 1" $read [dict values $row]
ok types

$insert allrows {id 2}
set statement [db prepare "SELECT * FROM typed WHERE id = 2"]
expect "row 2" [$statement allrows -as dicts] {{id 2}}
$statement close
ok nulls

$insert allrows [list id 3 t $unicode]
expect "the text" [lindex [rows "SELECT t FROM typed WHERE id = 3"] 0 0] $unicode
expect "its row" [rows "SELECT id FROM typed WHERE t = :t" [list t $unicode]] 3
ok unicode

set text [string repeat x 1000000]
set bytes [string repeat \xab 300000]
set put [db prepare "INSERT INTO large VALUES (1, :t, :b)"]
$put paramtype t in longvarchar
$put paramtype b in longvarbinary
$put allrows [list t $text b $bytes]
lassign [lindex [rows "SELECT t, b FROM large"] 0] t b
if {$t ne $text || $b ne $bytes} {
    error "the large values are not the same: [string length $t] and [string length $b]"
}
ok large

db begintransaction
rows "INSERT INTO typed (id) VALUES (5)"
db rollback
db transaction { rows "INSERT INTO typed (id) VALUES (6)" }
expect "the rows" [rows "SELECT id FROM typed WHERE id IN (5, 6)"] 6
ok transactions

expect "a duplicate" [state_of "INSERT INTO typed (id) VALUES (1)"] 23000
expect "bad syntax" [state_of "SELEC 1"] 42000
expect "the sum" [rows "SELECT 1 + 1"] 2
ok errors

expect "the table is listed" [dict exists [db tables typed] typed] 1
expect "the columns" [dict keys [db columns typed]] {id i d t b day moment flag}
expect "the key" [dict get [lindex [db primarykeys typed] 0] columnName] id
ok metadata

rows "CREATE TABLE bulk (n INTEGER, s VARCHAR(40))"
set fill [db prepare "INSERT INTO bulk VALUES (:n, :s)"]
db transaction {
    for {set n 1} {$n <= 1000} {incr n} { $fill allrows [list n $n s "row $n"] }
}
expect "the sum" [rows "SELECT sum(n) FROM bulk"] 500500
ok bulk
db close
