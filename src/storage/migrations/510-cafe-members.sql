-- 510-cafe-members.sql - the receipts of one member, newest first.
create index cafe_receipt_of_member on cafe_receipt (cafe, (body->>'member'), number desc) where body->>'member' is not null;
