-- Tables as no textbook has them: every column type with values at its limits, names that break quoting, keys of every kind.
-- Loaded under the loosest mode, as the programs that wrote such tables worked.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', SESSION foreign_key_checks = 0, SESSION check_constraint_checks = 0, SESSION time_zone = '+00:00';

-- Values -------------------------------------------------------------------------------------------------------------

CREATE TABLE numbers (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tiny tinyint NOT NULL, utiny tinyint unsigned NOT NULL DEFAULT 0, yesno boolean NOT NULL DEFAULT 0, odd_flag tinyint(1), small smallint NOT NULL,
  medium mediumint unsigned NOT NULL, whole int NOT NULL, padded int(8) unsigned zerofill NOT NULL, big bigint NOT NULL, ubig bigint unsigned NOT NULL,
  exact decimal(65,30) NOT NULL, price decimal(12,2) NOT NULL DEFAULT 0.00, rate decimal(20,6), whole_exact decimal(20,0) unsigned, tiny_exact decimal(2,2),
  single float NOT NULL, single_cut float(7,2), ufloat float unsigned, twofold double NOT NULL, twofold_cut double(20,3), the_year year NOT NULL,
  one_bit bit(1) NOT NULL, nine_bits bit(9), all_bits bit(64) NOT NULL DEFAULT b'0'
);
INSERT INTO numbers VALUES
  (0, -128, 0, 0, NULL, -32768, 0, -2147483648, 0, -9223372036854775808, 0, -99999999999999999999999999999999999.999999999999999999999999999999, -0.01, NULL, NULL, -0.99, -3.402823e38, NULL, NULL, -1.7976931348623157e308, NULL, 0, b'0', NULL, b'0'),
  (1, 127, 255, 1, 2, 32767, 16777215, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, 99999999999999999999999999999999999.999999999999999999999999999999, 9999999999.99, 1.5, 99999999999999999999, 0.99, 3.402823e38, 99999.99, 3e38, 1.7976931348623157e308, 12345678901234.567, 2155, b'1', b'111111111', b'1111111111111111111111111111111111111111111111111111111111111111'),
  (2, 0, 7, 2, -1, 0, 1, 1, 42, 1, 1, 0.000000000000000000000000000001, 1.10, 0.000001, 0, 0.00, 0.1, 0.10, 0.1, 1.5e-12, 0.001, 1901, b'1', b'0', b'1'),
  (3, -1, 128, -1, 0, -1, 8388608, -1, 100000000, -1, 9223372036854775808, 1, 0.00, -1.000000, 1, 0.01, 1e-38, -0.01, 1e-38, 2.2250738585072014e-308, -0.001, 2026, b'0', b'101010101', b'1000000000000000000000000000000000000000000000000000000000000000'),
  (-5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 1.50, 1.25, 1, 0.5, 16777217, 1.5, 1.5, 0.30000000000000004, 1.5, 2000, b'1', b'1', b'11');

CREATE TABLE moments (
  id smallint NOT NULL PRIMARY KEY, day date NOT NULL, day_null date, at datetime NOT NULL, at_null datetime, at_milli datetime(3), at_micro datetime(6),
  stamp timestamp NOT NULL DEFAULT current_timestamp(), stamp_micro timestamp(6) NULL, span time NOT NULL, span_micro time(6), span_null time, born date, yymmdd int, epoch_time int unsigned
) COMMENT 'Zero, partial and impossible dates';
INSERT INTO moments VALUES
  (1, '0000-00-00', NULL, '0000-00-00 00:00:00', NULL, NULL, NULL, '2026-03-31 14:30:00', NULL, '36:30:00', NULL, NULL, NULL, 0, 0),
  (2, '2026-00-15', '0000-00-00', '2026-02-31 25:00:00', '0000-00-00', '2026-03-31 14:30:00.120', '2026-03-31 14:30:00.123456', '1970-01-01 00:00:01', '2038-01-19 03:14:07.999999', '-838:59:59', '-36:30:00.000001', '00:00:00', '1899-12-31', 20260230, 4294967295),
  (3, '9999-12-31', '0001-01-01', '9999-12-31 23:59:59', '1000-01-01 00:00:00', '2026-03-31 00:00:00.000', '2026-03-31 14:30:00.000000', '2026-03-29 02:30:00', '2026-03-29 02:30:00.5', '838:59:59', '00:00:00.100000', '23:59:59', '2024-02-29', 20240229, 1774967400),
  (4, '2026-02-31', '2026-12-00', '2026-12-31 23:59:60', '2026-12-31 23:59', '2026-03-31 14:30:59.999', '2026-03-31 14:30:59.999999', '2026-03-31 14:30:59', '2026-03-31 14:30:59', '08:05:09', '00:00:00', '-00:00:01', '0000-00-00', 19000000, 1);

CREATE TABLE texts (
  id int NOT NULL PRIMARY KEY, fixed char(10) NOT NULL DEFAULT '', fixed_null char(10), letter char(1) NOT NULL DEFAULT '', free varchar(60) NOT NULL DEFAULT '',
  free_null varchar(60), long_line varchar(2000), tiny tinytext, note text, medium mediumtext, huge longtext,
  western varchar(60) CHARACTER SET latin1, gbk varchar(60) CHARACTER SET gbk, gb18030 varchar(60) CHARACTER SET ucs2, three varchar(60) CHARACTER SET utf8mb3, wide varchar(60) CHARACTER SET utf16,
  exact varchar(60) COLLATE utf8mb4_bin, nopad varchar(60) COLLATE utf8mb4_nopad_bin, german varchar(60) COLLATE utf8mb4_german2_ci, ascii_only varchar(60) CHARACTER SET ascii,
  must varchar(20) NOT NULL, doc json, doc_must json NOT NULL
);
INSERT INTO texts (id, must, doc_must) VALUES (1, '', '{}');
INSERT INTO texts VALUES
  (2, 'ab  ', '  ab ', ' ', 'ab  ', '', '', '', '', '', '', 'Zoë €', '中文客户', '客户 x', '客户', '客户 😀', 'Ä ', 'a ', 'Straße', 'plain', ' ', '{"b":1.0, "a": [1e2, 12345678901234567890]}', '[]'),
  (3, '', NULL, 'Y', '星海 😀👩‍👩‍👧', 'null', 'one\ntwo', '\n', '\nfirst\r\nsecond\rthird\n', '\r\n', REPEAT('长', 5000), '\t', '丂', 'x', '𠮷', '𠮷', 'ab', 'ab', 'ß', '%_\\', '0', 'null', '"text"'),
  (4, '<b>&amp;"\'', '%s', '\'', 'a%s :b {c} %(d)s', '{{ 7*7 }}{% raw %}', '</textarea><script>alert(1)</script>', '</textarea>', '&lt;&amp;lt;', 'a\0b', 'x', 'a\0b', '', ' ', '', '', '', '', '', '', 'a', 'true', '{"a": "</script>", "中": "\\u4e2d"}'),
  (5, '=1+1', '+1', '-', '@SUM(A1)', '\t=1', '=cmd|\'/C calc\'!A0', '\r', 'end ', ' start', '\n\n', 'ÿþ', 'ａ', '　', '​', '﻿', 'é', 'é', 'ae', '~', 'b', '1e400', '12345678901234567890.10'),
  (6, 'a\nb', NULL, '\n', 'a\r\nb', 'a\rb', 'x\ny\r\nz', NULL, 'crlf\r\ncrlf\r\n', 'lf\nlf\n', 'cr\rcr', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'b', 'c', '{\r\n "a": 1\r\n}', '{\n "a": 1\n}');

CREATE TABLE `bits and bytes` (
  id int NOT NULL PRIMARY KEY, four binary(4) NOT NULL, sixteen binary(16), some varbinary(300) NOT NULL DEFAULT '', many varbinary(3000), tiny tinyblob, `some blob` blob, `big blob` longblob NOT NULL,
  who uuid NOT NULL, who_null uuid, v4 inet4, v6 inet6 NOT NULL, row_uuid binary(16), ip_number int unsigned, ip_bytes varbinary(16)
);
INSERT INTO `bits and bytes` VALUES
  (1, x'00', NULL, '', NULL, NULL, NULL, '', '00000000-0000-0000-0000-000000000000', NULL, NULL, '::', NULL, NULL, NULL),
  (2, x'ffffffff', x'000102030405060708090a0b0c0d0e0f', UNHEX(REPEAT('0a0d27', 50)), x'00', x'0a', x'00ff', REPEAT('z', 70000), '123e4567-e89b-12d3-a456-426614174000', UUID(), '255.255.255.255', '2001:db8::1', x'123e4567e89b12d3a456426614174000', 3232235777, INET6_ATON('::1')),
  (3, x'20202020', x'20', x'2000', REPEAT('x', 3000), x'', '', x'89504e47', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000001', '0.0.0.0', '::ffff:192.0.2.1', x'00', 0, INET6_ATON('192.0.2.1'));

CREATE TABLE choices (
  id int NOT NULL PRIMARY KEY, size enum('small','it''s','b\\s','a,b','中') NOT NULL DEFAULT 'small', blank_ok enum('a','') NOT NULL DEFAULT '', size_null enum('Y','N'), must enum('yes','no') NOT NULL,
  traits set('x','y z','q''r') NOT NULL DEFAULT '', traits_null set('a','b','c','d'), flag char(1) NOT NULL DEFAULT 'N', deleted_word enum('0','1') NOT NULL DEFAULT '0'
);
INSERT INTO choices VALUES (1, '', 'a', NULL, 'yes', '', NULL, 'N', '0'), (2, 'it''s', '', 'Y', 'no', 'x', 'a', 'Y', '1'), (3, 'a,b', '', 'N', 'yes', 'q''r,x', 'a,b,c,d', '', '0'), (4, '中', '', '', 'no', 'y z', '', ' ', '1');
INSERT IGNORE INTO choices VALUES (5, 'nonsense', 'a', 'nonsense', 'nonsense', 'nonsense,x', 'nonsense', 'x', 'nonsense');

CREATE TABLE shapes (
  id int NOT NULL PRIMARY KEY, place point NOT NULL, anything geometry, area polygon, way linestring, several multipoint, name varchar(20), SPATIAL KEY (place)
);
INSERT INTO shapes VALUES (1, ST_GeomFromText('POINT(121.47 31.23)'), NULL, NULL, NULL, NULL, 'Shanghai'),
  (2, ST_GeomFromText('POINT(-0.1 1e-9)', 4326), ST_GeomFromText('POINT(1 1)'), ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), ST_GeomFromText('LINESTRING(0 0,1 1)'), ST_GeomFromText('MULTIPOINT(0 0,1 1)'), '');
CREATE TABLE more_shapes (id int NOT NULL PRIMARY KEY, ways multilinestring, areas multipolygon, all_kinds geometrycollection, name varchar(20));
INSERT INTO more_shapes VALUES (1, NULL, NULL, NULL, 'none'), (2, ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'), ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(0.1 1e-9),LINESTRING(0 0,1 1))', 4326), 'all');

CREATE TABLE more_numbers (id int NOT NULL PRIMARY KEY, tiny_padded tinyint unsigned zerofill, small_padded smallint(5) unsigned zerofill, usmall smallint unsigned, smedium mediumint, uwhole int unsigned, big_padded bigint unsigned zerofill,
  exact_padded decimal(12,4) unsigned zerofill, ubig_exact decimal(65,0), double_padded double unsigned zerofill, two_bits bit(2), thirty_three bit(33), sixty_three bit(63), plain_flag tinyint(1) unsigned);
INSERT INTO more_numbers VALUES (1, 0, 0, 0, -8388608, 0, 0, 0, -99999999999999999999999999999999999999999999999999999999999999999, 0, b'0', b'0', b'0', 0),
  (2, 255, 65535, 65535, 8388607, 4294967295, 18446744073709551615, 99999999.9999, 99999999999999999999999999999999999999999999999999999999999999999, 1.5, b'11', b'111111111111111111111111111111111', b'111111111111111111111111111111111111111111111111111111111111111', 9),
  (3, 7, 42, 1, -1, 42, 42, 0.5, 1, 0.30000000000000004, b'1', b'100000000000000000000000000000000', b'1', NULL);

CREATE TABLE more_moments (id int NOT NULL PRIMARY KEY, day date, at datetime, at_micro datetime(6), stamp timestamp NULL, stamp_milli timestamp(3) NULL, span time, span_micro time(6), the_year year);
INSERT INTO more_moments VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000000', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000', '-00:00:01', '-00:00:00.000001', 0),
  (2, '2026-00-00', '2026-00-15 12:34:56', '2026-05-00 12:34:56.000007', '2026-03-31 14:30:00', '2026-03-31 14:30:00.120', '838:59:59', '838:59:59.000000', 1901),
  (3, '0000-05-06', '0000-05-06 01:02:03', '0000-00-06 00:00:00.5', NULL, NULL, '24:00:00', '100:00:00.5', 2155),
  (4, '2026-02-30', '2026-04-31 23:59:59', '2026-02-30 00:00:00.25', '1970-01-01 00:00:01', '2038-01-19 03:14:07.999', '-838:59:59', '-100:30:00.25', 2026);

CREATE TABLE misencoded (id int NOT NULL PRIMARY KEY, town varchar(60) NOT NULL DEFAULT '', note varchar(90), fixed char(30)) CHARACTER SET latin1 COMMENT 'UTF-8 that old programs wrote as latin1';
INSERT INTO misencoded VALUES (1, CONVERT(BINARY '星海' USING latin1), CONVERT(BINARY '第一 é' USING latin1), CONVERT(BINARY '固定' USING latin1)), (2, 'ascii', NULL, ''), (3, CONVERT(BINARY '😀 x ' USING latin1), '', CONVERT(BINARY 'ÿ' USING latin1));

CREATE TABLE filled_by_the_server (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY, net decimal(10,2) NOT NULL DEFAULT 1.00, tax decimal(10,2) AS (net * 0.19) VIRTUAL, gross decimal(10,2) AS (net * 1.19) STORED,
  code varchar(20) DEFAULT (CONCAT('K', 1 + 1)), made timestamp NOT NULL DEFAULT current_timestamp(), changed timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  unseen int INVISIBLE DEFAULT 7, unseen_must varchar(5) NOT NULL DEFAULT 'x' INVISIBLE, password varchar(40) NOT NULL DEFAULT 'secret', CHECK (net < 1000)
);
INSERT INTO filled_by_the_server (id, net, made, changed, unseen, unseen_must, password) VALUES (1, 10, '2020-01-01', '2020-01-01', NULL, 'keep', 'hash'), (2, 0, '2020-01-01', '2020-01-01', 9, '', '');

CREATE TABLE guarded (id int NOT NULL PRIMARY KEY, name varchar(20) NOT NULL, upper_name varchar(20));
INSERT INTO guarded VALUES (1, 'one', 'ONE'), (2, 'two', 'TWO');
DELIMITER //
CREATE TRIGGER guarded_update BEFORE UPDATE ON guarded FOR EACH ROW BEGIN
  IF NEW.name = 'forbidden' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'internal: name_rule_17'; END IF;
  SET NEW.upper_name = UPPER(NEW.name);
END//
CREATE PROCEDURE do_nothing() BEGIN END//
CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1//
DELIMITER ;

-- Names --------------------------------------------------------------------------------------------------------------

CREATE TABLE `a b.c` (`the id` int NOT NULL PRIMARY KEY, `a b` varchar(20), `a.b` varchar(20), `a"b` varchar(20), `a'b` varchar(20), `a``b` varchar(20), `50% off` varchar(20), `%s` varchar(20), `%(x)s` varchar(20),
  `:colon` varchar(20), `{brace}` varchar(20), `{{ jinja }}` varchar(20), `<script>` varchar(20), `a,b` varchar(20), `-minus` varchar(20), `a/b?c#d&e=f` varchar(20), `semi;colon` varchar(20), `(bracket)` varchar(20), `[x]` varchar(20),
  `\\slash` varchar(20), `tab	tab` varchar(20), `客户` varchar(20), `Größe` varchar(20), `1st` varchar(20), `$dollar` varchar(20), `@at` varchar(20), `*` varchar(20), `a|b` varchar(20), `~` varchar(20), `?` varchar(20));
INSERT INTO `a b.c` VALUES (1,'a','b','c','d','e','f','g','h','i','j','k','l','m','n','o','p','q','r','s','t','u','v','w','x','y','z','A','B','C');
INSERT INTO `a b.c` SELECT seq + 1,'a','b','c','d','e','f','g','h','i','j','k','l','m','n','o','p','q','r','s','t','u','v','w','x','y','z','A','B','C' FROM seq_1_to_60;
CREATE TABLE `select` (`from` int NOT NULL PRIMARY KEY, `where` varchar(20), `order` varchar(20), `group` varchar(20), `default` varchar(20), `key` varchar(20), `null` varchar(20), `table` varchar(20), `column` int);
INSERT INTO `select` VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 1);
CREATE TABLE model (id int NOT NULL PRIMARY KEY, metadata varchar(20), query varchar(20), data varchar(20), errors varchar(20), validate varchar(20), class varchar(20), model varchar(20), registry varchar(20), self varchar(20),
  populate_obj varchar(20), process varchar(20), meta varchar(20), fields varchar(20), `__init__` varchar(20), `__table__` varchar(20), csrf_token varchar(20), row_hash varchar(20), originals varchar(20), `then` varchar(20),
  idempotency_key varchar(20), token varchar(20), c_id varchar(20), `f.id` varchar(20), _id varchar(20), step varchar(20), field varchar(20), value varchar(20), q varchar(20), sort varchar(20), cursor_ varchar(20), size varchar(20), columns varchar(20), `filter` varchar(20));
INSERT INTO model (id, metadata) VALUES (1, 'x'), (2, NULL);
UPDATE model SET query = 'q', data = 'd', errors = 'e', validate = 'v', class = 'c', model = 'm', csrf_token = 't', row_hash = 'h', originals = 'o', idempotency_key = 'i', token = 'tok', c_id = 'c', `f.id` = 'f' WHERE id = 1;
CREATE TABLE metadata (id int NOT NULL PRIMARY KEY, metadata varchar(20), registry varchar(20), columns varchar(20), c varchar(20), `key` varchar(20), __mapper__ varchar(20), `items` varchar(20), `keys` varchar(20), `values` varchar(20), hash varchar(20), _token varchar(20), _title varchar(20), `name` varchar(20), type varchar(20), `Id_` varchar(20)); INSERT INTO metadata (id, metadata, `key`) VALUES (1, 'm', 'k'), (2, NULL, NULL);
CREATE TABLE `id` (id int NOT NULL PRIMARY KEY, `ID2` varchar(20)); INSERT INTO `id` VALUES (0, 'zero'), (1, 'one');
CREATE TABLE `name` (`name` varchar(20) NOT NULL PRIMARY KEY, Title varchar(20)); INSERT INTO `name` VALUES ('name', 'a'), ('self', 'b');
CREATE TABLE `客户资料` (`编号` varchar(20) NOT NULL PRIMARY KEY COMMENT '客户编号', `名称` varchar(50) NOT NULL COMMENT '客户名称', `电话` varchar(30) COMMENT '联系电话', `是否删除` char(1) NOT NULL DEFAULT 'N' COMMENT '是否删除(Y是 N否)', `上级` varchar(20) COMMENT '上级客户编号') COMMENT '客户资料表';
INSERT INTO `客户资料` VALUES ('客/1', '星海', '010-1234', 'N', NULL), ('客 2', '月湖', '', 'Y', '客/1'), ('客~3', '', NULL, '', '无此客户');
CREATE TABLE `quote"s 'and' ``ticks`` 50% <b>` (id int NOT NULL PRIMARY KEY, name varchar(20)) COMMENT 'It''s "quoted" 100% {{ sure }}\n<b>';
INSERT INTO `quote"s 'and' ``ticks`` 50% <b>` VALUES (1, 'x');
CREATE TABLE t234567890123456789012345678901234567890123456789012345678901234 (c234567890123456789012345678901234567890123456789012345678901234 int NOT NULL PRIMARY KEY, d234567890123456789012345678901234567890123456789012345678901234 varchar(10));
INSERT INTO t234567890123456789012345678901234567890123456789012345678901234 VALUES (1, 'x');
CREATE TABLE `Orders` (id int NOT NULL PRIMARY KEY, name varchar(10)); CREATE TABLE `orders` (id int NOT NULL PRIMARY KEY, name varchar(10)); CREATE TABLE `or-ders` (id int NOT NULL PRIMARY KEY, name varchar(10)); CREATE TABLE `or_ders` (id int NOT NULL PRIMARY KEY, name varchar(10));
INSERT INTO `Orders` VALUES (1, 'upper'); INSERT INTO `orders` VALUES (1, 'lower'); INSERT INTO `or-ders` VALUES (1, 'hyphen'); INSERT INTO `or_ders` VALUES (1, 'under');

-- Keys ---------------------------------------------------------------------------------------------------------------

CREATE TABLE three_parts (region char(3) NOT NULL, day date NOT NULL, no decimal(8,2) NOT NULL, title varchar(20), PRIMARY KEY (region, day, no));
INSERT INTO three_parts VALUES ('a', '0000-00-00', -1.50, 'zero'), ('', '2026-01-01', 0, 'empty'), ('x~y', '2026-01-01', 10, NULL), ('.', '2026-01-02', 0.10, '');
CREATE TABLE three_parts_detail (region char(3) NOT NULL, day date NOT NULL, no decimal(8,2) NOT NULL, line int NOT NULL, words varchar(20), PRIMARY KEY (region, day, no, line), FOREIGN KEY (region, day, no) REFERENCES three_parts (region, day, no));
INSERT INTO three_parts_detail VALUES ('a', '0000-00-00', -1.50, 1, 'first'), ('a', '0000-00-00', -1.50, 2, 'second'), ('', '2026-01-01', 0, 1, NULL);
CREATE TABLE string_keys (code varchar(50) NOT NULL PRIMARY KEY, name varchar(50));
INSERT INTO string_keys VALUES ('a/b', '1'), ('a?b=c&d', '2'), ('a b', '3'), (' a', '4'), ('中文', '5'), ('100%', '6'), ('a~b', '7'), ('.', '8'), ('..', '9'), ('', '10'), ('#', '11'), ('a''b"c', '12'), ('<b>', '13'), ('😀', '14'), ('a.2F', '15'), ('../../etc', '16'), ('a+b', '17'), ('a%2Fb', '18'), ('\\', '19'), ('null', '20'), ('a\nb', '21'), (';', '22');
CREATE TABLE long_keys (code varchar(120) NOT NULL, part char(40) NOT NULL, name varchar(50), PRIMARY KEY (code, part)); INSERT INTO long_keys VALUES (CONCAT(REPEAT('x', 100), '1'), 'a', 'one'), (CONCAT(REPEAT('x', 100), '1'), 'b', 'two'), (CONCAT(REPEAT('x', 100), '2'), 'a', 'three'), (CONCAT('上海市浦东新区', '甲'), '', 'four'), (CONCAT('上海市浦东新区', '乙'), '', 'five');
CREATE TABLE case_keys (code varchar(20) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO case_keys VALUES ('abc', 'lower'), ('ABC', 'upper'), ('Abc', 'title'), ('ábc', 'accent');
CREATE TABLE blank_keys (code varchar(20) COLLATE utf8mb4_nopad_bin NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO blank_keys VALUES ('a', 'none'), ('a ', 'one'), ('a  ', 'two'), (' ', 'blank'), ('', 'empty');
CREATE TABLE binary_keys (id binary(16) NOT NULL PRIMARY KEY, parent_id binary(16), name varchar(20)); INSERT INTO binary_keys VALUES (x'00', NULL, 'zeros'), (x'ffffffffffffffffffffffffffffffff', x'00', 'ones'), (x'123e4567e89b12d3a456426614174000', x'123e4567e89b12d3a456426614174000', 'uuid');
CREATE TABLE varbinary_keys (id varbinary(20) NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO varbinary_keys VALUES (x'', 'empty'), (x'00', 'one'), (x'0000', 'two'), ('abc', 'letters'), ('~', 'tilde');
CREATE TABLE big_keys (id bigint unsigned NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO big_keys VALUES (0, 'zero'), (18446744073709551615, 'max'), (9223372036854775808, 'beyond signed');
CREATE TABLE decimal_keys (id decimal(38,10) NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO decimal_keys VALUES (0, 'zero'), (-1.5, 'minus'), (1234567890123456789012345678.0123456789, 'long');
CREATE TABLE double_keys (id double NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO double_keys VALUES (0, 'zero'), (1.5e-12, 'small'), (-1.7976931348623157e308, 'large'), (0.1, 'tenth'), (1e22, 'whole');
CREATE TABLE float_keys (id float NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO float_keys VALUES (0.1, 'tenth'), (16777216, 'whole'), (1e-30, 'small');
CREATE TABLE bit_keys (id bit(10) NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO bit_keys VALUES (b'0', 'zero'), (b'1111111111', 'ones');
CREATE TABLE year_keys (id year NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO year_keys VALUES (0, 'zero'), (2026, 'now');
CREATE TABLE date_keys (day date NOT NULL, at datetime(6) NOT NULL, span time(3) NOT NULL, name varchar(20), PRIMARY KEY (day, at, span)); INSERT INTO date_keys VALUES ('0000-00-00', '0000-00-00', '-36:30:00.5', 'zero'), ('2024-02-29', '2026-03-31 14:30:00.123456', '838:59:59', 'odd');
CREATE TABLE enum_keys (id enum('a','b/c','') NOT NULL, tags set('x','y') NOT NULL, name varchar(20), PRIMARY KEY (id, tags)); INSERT INTO enum_keys VALUES ('a', 'x,y', 'both'), ('b/c', '', 'none'), ('', 'y', 'empty');
CREATE TABLE uuid_keys (id uuid NOT NULL PRIMARY KEY, host inet6, name varchar(20)); INSERT INTO uuid_keys VALUES ('123e4567-e89b-12d3-a456-426614174000', '::1', 'x'), ('00000000-0000-0000-0000-000000000000', NULL, 'nil');
CREATE TABLE inet_keys (id inet6 NOT NULL PRIMARY KEY, name varchar(20)); INSERT INTO inet_keys VALUES ('::', 'none'), ('::ffff:192.0.2.1', 'four');
CREATE TABLE latin_keys (code varchar(20) CHARACTER SET latin1 NOT NULL PRIMARY KEY, name varchar(20)) CHARACTER SET latin1; INSERT INTO latin_keys VALUES ('Zoë', 'ë'), ('€', 'euro'), ('', 'empty');
CREATE TABLE gbk_keys (code varchar(20) CHARACTER SET gbk NOT NULL PRIMARY KEY, name varchar(20)) CHARACTER SET gbk; INSERT INTO gbk_keys VALUES ('中文', '名'), ('a\\', 'slash');
CREATE TABLE unique_only (name varchar(20), code varchar(20) NOT NULL, other varchar(20), UNIQUE KEY (code)); INSERT INTO unique_only VALUES ('a', 'one', NULL), (NULL, 'two', '');
CREATE TABLE unique_with_null (name varchar(20), code varchar(20), UNIQUE KEY (code)); INSERT INTO unique_with_null VALUES ('a', NULL), ('b', NULL), ('c', 'x');
CREATE TABLE unique_prefix (name varchar(20) NOT NULL, UNIQUE KEY (name(3))); INSERT INTO unique_prefix VALUES ('abcdef'), ('xyz');
CREATE TABLE no_key (name varchar(20), amount decimal(10,2)); INSERT INTO no_key VALUES ('twice', 1), ('twice', 1), (NULL, NULL); INSERT INTO no_key SELECT CONCAT('row ', seq), seq FROM seq_1_to_60;
CREATE TABLE only_a_key (id int NOT NULL AUTO_INCREMENT PRIMARY KEY); INSERT INTO only_a_key VALUES (0), (1), (2);
CREATE TABLE two_keys_only (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b)); INSERT INTO two_keys_only SELECT seq DIV 10, seq FROM seq_1_to_60;
CREATE TABLE nothing_in_it (id int NOT NULL PRIMARY KEY, name varchar(20));
CREATE TABLE old_engine (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL, born date NOT NULL DEFAULT '0000-00-00') ENGINE=MyISAM; INSERT INTO old_engine VALUES (0, 'zero', '0000-00-00'), (1, 'a', '2026-01-01');
CREATE TABLE aria_engine (id int NOT NULL PRIMARY KEY, name varchar(20)) ENGINE=Aria TRANSACTIONAL=0; INSERT INTO aria_engine VALUES (1, 'a');
CREATE TABLE in_parts (id int NOT NULL PRIMARY KEY, name varchar(20)) PARTITION BY HASH (id) PARTITIONS 3; INSERT INTO in_parts VALUES (1, 'a'), (2, 'b'), (3, 'c');
CREATE TABLE with_history (id int NOT NULL PRIMARY KEY, name varchar(20)) WITH SYSTEM VERSIONING; INSERT INTO with_history VALUES (1, 'a');
CREATE SEQUENCE counted_up;
CREATE TABLE tree (id int NOT NULL PRIMARY KEY, parent_id int, name varchar(20), FOREIGN KEY (parent_id) REFERENCES tree (id) ON DELETE SET NULL); INSERT INTO tree VALUES (1, NULL, 'root'), (2, 1, 'leaf'), (3, 3, 'itself');
CREATE TABLE orphans (id int NOT NULL PRIMARY KEY, tree_id int NOT NULL, lost_id int, name varchar(20), FOREIGN KEY (tree_id) REFERENCES tree (id) ON DELETE CASCADE); INSERT INTO orphans VALUES (1, 999, 5, 'orphan'), (2, 1, NULL, 'child');

-- Order: more rows than a page holds, with values on which naive comparisons go wrong ---------------------------------------

CREATE TABLE ordered (id int NOT NULL PRIMARY KEY, size enum('large','medium','small','a') NOT NULL, tags set('z','y','x'), maybe int, single float, flag bit(3), day date, span time, words varchar(20), exact varchar(20) COLLATE utf8mb4_bin, amount decimal(10,3), raw varbinary(4), who uuid, host inet6, shape point, doc json);
INSERT INTO ordered SELECT 1000 + seq, 1 + seq % 4, seq % 8, IF(seq % 3, NULL, seq % 7), seq % 9 / 10, seq % 8, ADDDATE('2026-01-01', seq % 5), SEC_TO_TIME((CAST(seq AS SIGNED) % 13 - 6) * 40000), ELT(1 + seq % 6, 'a', 'A', 'ä', 'b', '', NULL),
  ELT(1 + seq % 5, 'a', 'A', 'ä', 'b', ''), seq % 4 / 8, UNHEX(HEX(seq % 6)), MD5(seq % 5), INET6_NTOA(UNHEX(MD5(seq % 4))), POINT(seq % 3, 1), JSON_ARRAY(seq % 4) FROM seq_1_to_150;

-- Views --------------------------------------------------------------------------------------------------------------

CREATE VIEW overview AS SELECT n.id, n.exact, m.day, t.free, t.western FROM numbers n JOIN moments m ON m.id = n.id LEFT JOIN texts t ON t.id = n.id;
CREATE VIEW `view of a b` AS SELECT `a b`, COUNT(*) `how many` FROM `a b.c` GROUP BY `a b`;
CREATE TABLE gone (id int PRIMARY KEY); CREATE VIEW broken_view AS SELECT id FROM gone; DROP TABLE gone;
CREATE TABLE shrunk (id int PRIMARY KEY, lost int); CREATE VIEW broken_column AS SELECT id, lost FROM shrunk; ALTER TABLE shrunk DROP COLUMN lost;
