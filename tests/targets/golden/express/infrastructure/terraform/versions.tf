# Keep the state in a bucket of your own, encrypted and locked: `backend "s3" {}` in a file beside this one. It holds the generated secrets.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      application = "shop"
      environment = var.environment
    }
  }
}

locals {
  name = "shop-${var.environment}"
}
