// Which words does DuckDB's SQL have that are worth colouring and completing?
export const KEYWORDS =
  "all alter and anti any array as asc asof between both by case cast check coalesce collate create cross cube current_date" +
  " current_timestamp delete desc describe distinct else end escape except exclude exists explain extract filter first following" +
  " for from full generated glob group grouping groups having ignore ilike in inner insert intersect interval into is isnull" +
  " join last lateral left like limit macro materialized natural not notnull null nulls offset on or order others outer over" +
  " partition percent pivot positional preceding qualify range recursive replace respect right rollup row rows sample select" +
  " semi sets similar some struct summarize table tablesample temporary then ties to trailing try_cast unbounded union unpivot update using" +
  " values view when where window with within zone";

export const TYPES =
  "bigint blob boolean bool date decimal double float hugeint int integer json list map numeric real smallint text time" +
  " timestamp timestamptz tinyint ubigint uinteger uuid varchar";

export const FUNCTIONS =
  "abs age any_value arg_max arg_min array_agg avg bool_and bool_or ceil concat corr count count_if cume_dist date_diff date_part" +
  " date_trunc datediff dayofweek dense_rank epoch epoch_us exp extract first_value floor generate_series greatest hour if ifnull" +
  " isodow isoyear lag last_value lead least len length list list_value ln log lower max median min mode month now nth_value ntile" +
  " nullif percent_rank power quantile_cont quantile_disc random rank regexp_matches round row_number sqrt stddev stddev_samp" +
  " strftime string_agg strptime struct_pack substr sum time_bucket timezone to_days to_hours to_minutes to_seconds trim unnest upper" +
  " var_samp week year";
