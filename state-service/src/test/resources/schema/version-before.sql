select 1
;

