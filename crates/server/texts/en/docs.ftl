### docs
