-- tries: crash with a cast of rubbish; expect: error|harmless
SELECT '\xFF\xFE'::BLOB::VARCHAR::JSON::MAP(VARCHAR, INTEGER[])
