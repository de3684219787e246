-- 520-cafe-receipts-after.sql - what was given back of a receipt, on whatever day.
create index cafe_receipt_of on cafe_receipt (cafe, ((body->>'of')::bigint)) where body->>'of' is not null;
