"""What people leave behind: feedback, questions given to articles, uploads, sign-ins. SQLite by default, PostgreSQL by address."""
