-- What each of some products claims on a day, by name.
SELECT p.product_id, c.id, c.ref, c.name, c.group
FROM catalogue_claim AS p
JOIN standards_capability AS c ON c.id = p.capability_id
WHERE p.product_id = ANY (%(product_ids)s) AND p.claimed @> %(day)s::date
ORDER BY c.name
