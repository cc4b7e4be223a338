BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE api_keys (
	id VARCHAR(16) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	created DATETIME NOT NULL, 
	revoked DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "api_keys" VALUES('ff55458348e3','tests','admin','d43603073ea03e39e909bd2ecb2678ecac1f49ea94126433bba9b879bdbf7460','2026-11-30 20:43:33.380184',NULL);
CREATE TABLE assessments (
	id VARCHAR(32) NOT NULL, 
	time DATETIME NOT NULL, 
	channel VARCHAR(64), 
	key_id VARCHAR(16), 
	digest VARCHAR(64) NOT NULL, 
	input JSON NOT NULL, 
	result JSON NOT NULL, 
	model_version VARCHAR(64) NOT NULL, 
	operating_point VARCHAR(64) NOT NULL, 
	lexicon_version INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "assessments" VALUES('86d6fd0b77a14cf2b107f4be98e007b7','2026-11-30 20:43:34.485357','hotline','ff55458348e3','00d4db876bc7e155ce9e2f5d539e863b14a46f02eb2fd47263c8361eda123967','"\u5ba2\u670d\u8bf4\u673a\u5668\u5230\u671f\uff0c\u53eb\u6211\u5148\u5237\u4e00\u5343"','{"action": "review", "risk": 0.892658, "score": 2.118179, "scheme": "upgrade_fee", "schemes": {"upgrade_fee": 0.979051, "pos_violation": 0.000376, "illegal_payment": 0.000119, "fake_service": 0.00189, "credit_record": 0.0004, "loan_card": 0.000358, "task_rebate": 0.000321, "investment": 0.000586, "authority": 9.2e-05, "acquaintance": 0.000175, "shopping": 0.000114, "game_trade": 0.000935, "romance": 0.000205, "military_purchase": 0.000295, "other_fraud": 3.7e-05, "none": 0.015046}, "register": "complaint", "registers": {"pitch": 0.000944, "call": 8.8e-05, "complaint": 0.99863, "report": 0.000337}, "tactics": [{"tactic": "device_expiry", "start": 0, "end": 7, "quote": "\u5ba2\u670d\u8bf4\u673a\u5668\u5230\u671f", "probability": 0.954328, "turn": null, "role": "unknown"}, {"tactic": "first_swipe", "start": 8, "end": 14, "quote": "\u53eb\u6211\u5148\u5237\u4e00\u5343", "probability": 0.997508, "turn": null, "role": "unknown"}], "facts": [{"kind": "amount", "start": 12, "end": 14, "quote": "\u4e00\u5343", "value": "1000", "role": "swipe", "turn": null}], "reasons": [{"kind": "text", "weight": 3.107914, "start": 8, "end": 14, "quote": "\u53eb\u6211\u5148\u5237\u4e00\u5343", "turn": null}, {"kind": "intercept", "weight": -2.690433, "start": null, "end": null, "quote": "", "turn": null}, {"kind": "text", "weight": 2.67988, "start": 0, "end": 5, "quote": "\u5ba2\u670d\u8bf4\u673a\u5668", "turn": null}, {"kind": "text", "weight": -0.979182, "start": 5, "end": 8, "quote": "\u5230\u671f\uff0c", "turn": null}], "missing": ["service_identity", "rate_threat", "settlement_threat", "gift_lure", "channel_switch", "terminal_delivery", "fee_deduction", "refund_promise", "refund_stalling", "harassment"], "timeline": [{"stage": "contact", "moves": []}, {"stage": "pretext", "moves": [0]}, {"stage": "lure", "moves": []}, {"stage": "delivery", "moves": []}, {"stage": "swipe", "moves": [1]}, {"stage": "promise", "moves": []}, {"stage": "stalling", "moves": []}, {"stage": "harassment", "moves": []}], "why_not": {"next_action": "alert", "distance": 0.686906, "scheme": "upgrade_fee", "because": "moves", "moves": ["service_identity", "rate_threat", "settlement_threat", "gift_lure", "channel_switch", "terminal_delivery", "fee_deduction", "refund_promise", "refund_stalling", "harassment"]}, "notes": [], "model_version": "3879735312d0", "id": null, "operating_point": "balanced", "lexicon_version": 3, "lexicon": [], "names": null}','3879735312d0','balanced',3);
CREATE TABLE feedback (
	id VARCHAR(32) NOT NULL, 
	assessment_id VARCHAR(32) NOT NULL, 
	time DATETIME NOT NULL, 
	key_id VARCHAR(16), 
	scheme VARCHAR(32) NOT NULL, 
	register VARCHAR(32), 
	note TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(assessment_id) REFERENCES assessments (id) ON DELETE CASCADE
);
INSERT INTO "feedback" VALUES('3020c7d2341b44debb9e184a06a4a638','86d6fd0b77a14cf2b107f4be98e007b7','2026-11-30 20:43:34.528174','ff55458348e3','none',NULL,'a question');
CREATE TABLE lexicon (
	id VARCHAR(32) NOT NULL, 
	phrase VARCHAR(100) NOT NULL, 
	scheme VARCHAR(32) NOT NULL, 
	weight FLOAT NOT NULL, 
	note TEXT, 
	added INTEGER NOT NULL, 
	removed INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "lexicon" VALUES('e61bb5907d7f4061bb48615afa7ae953','换机','upgrade_fee',1.5,'seen twice',1,3);
INSERT INTO "lexicon" VALUES('f0b664b177b74891bddf19eda1386a92','芝麻开门','none',0.5,NULL,2,NULL);
CREATE TABLE lexicon_versions (
	version INTEGER NOT NULL, 
	time DATETIME NOT NULL, 
	key_id VARCHAR(16), 
	PRIMARY KEY (version)
);
INSERT INTO "lexicon_versions" VALUES(1,'2026-11-30 20:43:34.147944','ff55458348e3');
INSERT INTO "lexicon_versions" VALUES(2,'2026-11-30 20:43:34.211562','ff55458348e3');
INSERT INTO "lexicon_versions" VALUES(3,'2026-11-30 20:43:34.254899','ff55458348e3');
CREATE INDEX ix_assessments_time ON assessments (time);
CREATE INDEX ix_feedback_assessment_id ON feedback (assessment_id);
COMMIT;
