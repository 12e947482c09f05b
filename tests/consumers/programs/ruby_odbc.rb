# Ruby with ruby-odbc. Its UTF-8 form takes no bytes that are not text, so this is the narrow one:
# texts come as the bytes of their UTF-8. It is an ODBC 2 application, with ODBC 2's SQLSTATEs.
require 'odbc'

$stdout.sync = true
def expect(what, is, should)
  abort "#{what} is #{is.inspect}, not #{should.inspect}" unless is == should
end

def ok(step)
  puts "ok #{step}"
end

# A text as such, and bytes as they are.
def utf8(bytes)
  text = bytes.dup.force_encoding('UTF-8')
  text.valid_encoding? ? text : bytes
end

def row(db, sql, *parameters)
  statement = db.run(sql, *parameters)
  statement.fetch&.map { |each| each.is_a?(String) ? utf8(each) : each }
ensure
  statement&.drop
end

def state_of(db, sql)
  db.do(sql)
rescue ODBC::Error => e
  e.message[/\A\w{5}/]
end

driver = ODBC::Driver.new
driver.name = 'consumer'
ARGV[0].split(';').each { |pair| driver.attrs.store(*pair.split('=', 2)) }
db = ODBC::Database.new.drvconnect(driver)
puts "version Ruby #{RUBY_VERSION}, ruby-odbc #{ODBC::VERSION rescue Gem.loaded_specs['ruby-odbc']&.version || '0.99998'}"
expect('the sum', row(db, 'SELECT 1 + 1'), [2])
ok 'connect'

db.do('CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), b BLOB,
       day DATE, moment TIMESTAMP, flag BOOLEAN)')
db.do('CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)')
db.do('CREATE TABLE gone (a)')
db.do('DROP TABLE gone')
ok 'ddl'

# ruby-odbc takes no integer of more than 32 bits: it goes as text.
insert = 'INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
day = ODBC::Date.new(2024, 2, 29)
moment = ODBC::TimeStamp.new(2024, 2, 29, 12, 34, 56)
expect('rows inserted', db.do(insert, 1, '9007199254740993', 0.1, "it's ; ? fine",
                              "\x00\x01\xff".b, day, moment, 1), 1)
read = row(db, 'SELECT id, i, d, t, b, day, moment, flag FROM typed WHERE id = ?', 1)
expect('row 1', [read[0], read[1].to_i, *read[2..3]],
       [1, 9_007_199_254_740_993, 0.1, "it's ; ? fine"])
expect('the blob', read[4]&.b, "\x00\x01\xff".b)
expect('the date', read[5].to_s, day.to_s)
expect('the timestamp', read[6].to_s, moment.to_s)
expect('the flag', [1, true].include?(read[7]), true)
ok 'types'

db.do(insert, 2, *([nil] * 7))
expect('row 2', row(db, 'SELECT * FROM typed WHERE id = 2'), [2] + [nil] * 7)
ok 'nulls'

text = "é漢\u{1f600}\u{1d11e}"
db.do('INSERT INTO typed (id, t) VALUES (3, ?)', text)
expect('the text', row(db, 'SELECT t FROM typed WHERE id = 3'), [text])
expect('its row', row(db, 'SELECT id FROM typed WHERE t = ?', text), [3])
ok 'unicode'

db.autocommit = false
db.do('INSERT INTO typed (id) VALUES (5)')
db.rollback
db.do('INSERT INTO typed (id) VALUES (6)')
db.commit
db.autocommit = true
expect('the rows', row(db, 'SELECT group_concat(id) FROM typed WHERE id IN (5, 6)'), ['6'])
ok 'transactions'

expect('the state of a duplicate', state_of(db, 'INSERT INTO typed (id) VALUES (1)'), '23000')
expect('the state of bad syntax', state_of(db, 'SELEC 1'), '37000')
expect('the sum', row(db, 'SELECT 1 + 1'), [2])
ok 'errors'

expect('the tables', db.tables('typed').fetch_all.map { |each| each[2] }, ['typed'])
expect('the columns', db.columns('typed').fetch_all.map { |each| each[3] },
       %w[id i d t b day moment flag])
ok 'metadata'

db.do('CREATE TABLE bulk (n INTEGER, s VARCHAR(40))')
db.transaction do
  fill = db.prepare('INSERT INTO bulk VALUES (?, ?)')
  (1..1000).each { |n| fill.execute(n, "row #{n}") }
  fill.drop
end
expect('the sum', row(db, 'SELECT sum(n) FROM bulk'), [500_500])
ok 'bulk'
db.disconnect
