-- Who brings a database that was put back to an older point to what is published. No service runs meanwhile.
insert into actors (id, kind, name) values ('service:recovery', 'service', 'recovery');
