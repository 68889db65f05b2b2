BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE entries (
	room INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	sender TEXT NOT NULL, 
	id TEXT NOT NULL, 
	time TEXT NOT NULL, 
	name TEXT NOT NULL, 
	color TEXT NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (room, seq)
)
 WITHOUT ROWID

;
INSERT INTO "entries" VALUES(1,1,'ana','1','2026-11-20T19:00:00.000Z','ana','red','hello');
INSERT INTO "entries" VALUES(1,2,'~session','2','2026-11-20T19:00:00.000Z','guest-1','blue','café 🎨, two
lines, it''s; "quoted"');
INSERT INTO "entries" VALUES(1,3,'ana','3','2026-11-21T08:30:00.000Z','ana','light_red','');
INSERT INTO "entries" VALUES(1,4,'ana','4','2026-11-21T08:31:00.000Z','ana','light_red','before the power went');
INSERT INTO "entries" VALUES(2,1,'ben','1','2026-11-20T19:00:01.500Z','ben','green','down here');
CREATE TABLE rooms (
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	reserved INTEGER NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (name)
);
INSERT INTO "rooms" VALUES(1,'lobby',10004);
INSERT INTO "rooms" VALUES(2,'cellar',1);
CREATE UNIQUE INDEX entries_once ON entries (sender, id);
COMMIT;
