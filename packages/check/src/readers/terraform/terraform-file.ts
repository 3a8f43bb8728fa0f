/** Which files Terraform reads as parts of a module; apart, so that a run without Terraform loads no reader of it. */
export const TERRAFORM_FILE = /\.tf(\.json)?$/;
