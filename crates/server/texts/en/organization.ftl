### organization
