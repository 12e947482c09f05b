# Perl DBI with DBD::ODBC.
use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);

binmode STDOUT, ':utf8';
$| = 1;
sub expect { my ($what, $is, $should) = @_;
    defined $is && $is eq $should or die "$what is " . ($is // 'undef') . ", not $should\n" }
sub ok { print "ok $_[0]\n" }

my $db = DBI->connect("dbi:ODBC:$ARGV[0]", '', '',
    { RaiseError => 1, PrintError => 0, AutoCommit => 1, LongReadLen => 2_000_000,
      odbc_utf8_on => 1 });
print "version DBI $DBI::VERSION, DBD::ODBC $DBD::ODBC::VERSION\n";
expect('the sum', $db->selectrow_array('SELECT 1 + 1'), 2);
ok('connect');

$db->do('CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB,
    day DATE, moment TIMESTAMP, flag BOOLEAN)');
$db->do('CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)');
$db->do('CREATE TABLE gone (a)');
$db->do('DROP TABLE gone');
ok('ddl');

my @row = (1, '9007199254740993', 0.1, "it's ; ? fine", "\x00\x01\xff", '2024-02-29',
    '2024-02-29 12:34:56', 1);
my $insert = $db->prepare('INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
sub insert { my ($insert, @values) = @_;
    my @types = (SQL_INTEGER, SQL_BIGINT, SQL_DOUBLE, SQL_WVARCHAR, SQL_VARBINARY, SQL_TYPE_DATE,
        SQL_TYPE_TIMESTAMP, SQL_BIT);
    $insert->bind_param($_ + 1, $values[$_], $types[$_]) for 0 .. $#types;
    $insert->execute }
expect('rows inserted', insert($insert, @row), 1);
my $select = 'SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?';
my @read = $db->selectrow_array($select, {}, 1);
expect("column $_", $read[$_], $row[$_]) for 0 .. 7;
ok('types');

insert($insert, 2, (undef) x 7);
@read = $db->selectrow_array($select, {}, 2);
expect('the number of values', scalar(@read), 8);
defined $read[$_] and die "column $_ is not NULL\n" for 1 .. 7;
ok('nulls');

my $text = "é漢\x{1f600}\x{1d11e}";
insert($insert, 3, undef, undef, $text, (undef) x 4);
expect('the text', $db->selectrow_array('SELECT t FROM typed WHERE id = 3'), $text);
expect('its row', $db->selectrow_array('SELECT id FROM typed WHERE t = ?', {}, $text), 3);
ok('unicode');

my ($long, $blob) = ('x' x 1_000_000, "\xab" x 300_000);
my $put = $db->prepare('INSERT INTO large VALUES (1, ?, ?)');
$put->bind_param(1, $long, SQL_WLONGVARCHAR);
$put->bind_param(2, $blob, SQL_LONGVARBINARY);
$put->execute;
my ($t, $b) = $db->selectrow_array('SELECT t, b FROM large');
$t eq $long or die 'the long text is not the same: length ' . length($t) . "\n";
$b eq $blob or die 'the blob is not the same: length ' . length($b) . "\n";
ok('large');

$db->begin_work;
$db->do('INSERT INTO typed (id) VALUES (5)');
$db->rollback;
$db->begin_work;
$db->do('INSERT INTO typed (id) VALUES (6)');
$db->commit;
expect('the rows', join(',', @{ $db->selectcol_arrayref(
    'SELECT id FROM typed WHERE id IN (5, 6)') }), '6');
ok('transactions');

eval { $db->do('INSERT INTO typed (id) VALUES (1)') };
expect('the state of a duplicate', $db->state, '23000');
eval { $db->do('SELEC 1') };
expect('the state of bad syntax', $db->state, '42000');
expect('the sum', $db->selectrow_array('SELECT 1 + 1'), 2);
ok('errors');

my @tables = map { $_->{TABLE_NAME} } @{ $db->table_info('', '%', 'typed', 'TABLE')
    ->fetchall_arrayref({}) };
expect('the tables', "@tables", 'typed');
my @columns = map { $_->{COLUMN_NAME} } @{ $db->column_info(undef, undef, 'typed', '%')
    ->fetchall_arrayref({}) };
expect('the columns', "@columns", 'id i d t b day moment flag');
expect('the key', ($db->primary_key(undef, undef, 'typed'))[0], 'id');
ok('metadata');

$db->do('CREATE TABLE bulk (n INTEGER, s VARCHAR(40))');
my $fill = $db->prepare('INSERT INTO bulk VALUES (?, ?)');
$fill->execute_array({ ArrayTupleStatus => \my @status }, [1 .. 1000], [map { "row $_" } 1 .. 1000]);
expect('the sum', $db->selectrow_array('SELECT sum(n) FROM bulk'), 500500);
ok('bulk');
$db->disconnect;
