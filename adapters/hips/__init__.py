"""Tables as Hierarchical Progressive Surveys: HiPS 1.0 (REC-HIPS-1.0, IVOA 2017)."""
