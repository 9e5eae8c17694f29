CREATE TABLE users (user_id INT PRIMARY KEY, country VARCHAR);
CREATE TABLE warnings (warning_id INT PRIMARY KEY, user_id INT NOT NULL REFERENCES users, warned_at TIMESTAMP NOT NULL);
CREATE TABLE support (support_id INT PRIMARY KEY, user_id INT REFERENCES users, sent_at TIMESTAMP);
